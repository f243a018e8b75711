//! The walls of the workspace: which crate may use which, how modules stand to each other, and where SQL may stand.

mod crates;
mod modules;
mod source;
mod sql;
mod tables;
