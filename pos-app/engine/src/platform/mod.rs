//! What every noun stands on: the database file, time and randomness, the key store.

mod database;
mod error;
mod file_key_store;
mod folder;
mod keys;
mod mending;
mod pages;
mod row;
mod setting_store;
mod settings;

#[cfg(test)]
pub(crate) use database::fresh_for_tests;
pub(crate) use database::{Database, Unusable, begin, commit, copy_backup};
pub use error::{OpenError, StoreError};
pub use file_key_store::FileKeyStore;
pub use folder::make_folder;
pub use keys::{KeyError, KeyStore};
pub use mending::is_mended;
pub(crate) use mending::{Mending, copy_table_in_tx, tables};
pub(crate) use pages::{Cell, Location, Pages, Recency, Row};
pub(crate) use row::{currency, from_i64, money, quantity, shown_quantity, to_i64, to_u32, unit};
pub(crate) use setting_store::{load as load_setting, save_in_tx as save_setting_in_tx};
pub use settings::{Settings, SystemClock, SystemEntropy};
