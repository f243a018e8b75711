//! duka-ui-till
