//! duka-till
