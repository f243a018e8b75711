//! What the screens may ask, one command a row of the table in [`duka_api::till`]. A command only translates: it takes the argument `input`
//! and hands it to the engine on a thread that may block; the window's thread never waits.

mod basket;
mod computer;
mod product;
mod receipt;
mod shift;
mod state;
mod surroundings;

use crate::service::TillService;
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_pos::{Reader, Till};
use tauri::{Wry, async_runtime::spawn_blocking, ipc::Invoke};

/// Gives `work` the service, away from the window's thread.
async fn at_service<T: Send + 'static>(
    service: &TillService,
    work: impl FnOnce(&TillService) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let service = service.clone();
    spawn_blocking(move || work(&service)).await.unwrap_or_else(|fault| {
        tracing::error!(%fault, "a command ended in a fault");
        Err(Problem::new(ErrorCode::Internal, "Duka made a mistake; the log file has the details. Nothing that was confirmed is lost."))
    })
}

/// Gives `work` the engine's till, away from the window's thread.
async fn at_till<T, E>(service: &TillService, work: impl FnOnce(&mut Till) -> Result<T, E> + Send + 'static) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Into<Problem> + Send + 'static,
{
    at_service(service, move |service| service.engine()?.run(move |till| work(till).map_err(Into::into))).await
}

/// Gives `work` the till's books to look into, away from the window's thread and beside what the cashier does.
async fn at_reader<T, E>(service: &TillService, work: impl FnOnce(&Reader) -> Result<T, E> + Send + 'static) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Into<Problem> + Send + 'static,
{
    at_service(service, move |service| service.engine()?.read(move |reader| work(reader).map_err(Into::into))).await
}

/// All commands.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        state::state,
        state::enrol,
        state::restore,
        state::salvage_seen,
        basket::basket_scan,
        basket::basket_add,
        basket::basket_change,
        basket::basket_abort,
        basket::sale_complete,
        shift::shift_open,
        shift::shift_report,
        shift::shift_close,
        receipt::receipt_list,
        receipt::receipt_get,
        receipt::receipt_reprint,
        receipt::refund_complete,
        product::product_search,
        product::product_list,
        product::product_save,
        product::product_import,
        product::import_state,
        product::import_cancel,
        product::stock_adjust,
        surroundings::journal_aside,
        surroundings::sync_now,
        surroundings::printer_set,
        surroundings::print_stuck,
        surroundings::print_decide,
        computer::pick_file,
        computer::open_log_folder,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The command names in the table at the top of [`duka_api::till`].
    fn contract() -> BTreeSet<&'static str> {
        let table = include_str!("../../../../shared/api/src/till/mod.rs");
        table.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once('`')).map(|(name, _)| name).collect()
    }

    fn registered() -> BTreeSet<&'static str> {
        let (_, list) = include_str!("mod.rs").split_once("generate_handler![").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        list.split(',').filter_map(|path| Some(path.trim().split_once("::")?.1)).collect()
    }

    #[test]
    fn every_command_of_the_contract_is_answered() {
        assert!(contract().len() >= 27, "the table was not found: {:?}", contract());
        let missing: Vec<_> = contract().difference(&registered()).copied().collect();
        assert!(missing.is_empty(), "no command for {missing:?}");
    }

    #[test]
    fn no_command_is_answered_that_the_contract_does_not_know() {
        let extra: Vec<_> = registered().difference(&contract()).copied().collect();
        assert!(extra.is_empty(), "write {extra:?} into the contract");
    }
}
