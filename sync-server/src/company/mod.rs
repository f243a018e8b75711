//! Companies, their shops and registers, and the key that makes this server a device of each company.

mod command;
mod error;
mod query;
pub mod routes;
mod server;
mod store;

pub use command::{count_device_in_tx, create, create_register, create_shop};
pub use error::CompanyError;
pub use query::{RegisterPlace, exists, place_of_register_in_tx, shop_exists, shops_in_tx};
pub use server::{Server, Servers, server_of};
