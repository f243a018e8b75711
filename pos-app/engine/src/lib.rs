//! duka-pos
