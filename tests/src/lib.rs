//! duka-tests
