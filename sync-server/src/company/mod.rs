//! Companies, their shops and registers.

mod command;
mod error;
mod query;
pub mod routes;
mod store;

pub use command::{count_device_in_tx, create, create_register, create_shop};
pub use error::CompanyError;
pub use query::{RegisterPlace, exists, number_form, place_of_register_in_tx, shop_exists, shops_in_tx};
