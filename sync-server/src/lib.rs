//! duka-server
