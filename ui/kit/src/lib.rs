//! duka-ui-kit
