//! Every call to the till's engine, and nothing else that leaves the screens.

use duka_api::Problem;
use duka_api::till as api;
use duka_core::ErrorCode;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The answer to a call.
pub type Answer<T> = Result<T, Problem>;

pub async fn state() -> Answer<api::State> {
    call("state").await
}

pub async fn enrol(input: &api::Enrol) -> Answer<api::State> {
    ask("enrol", input).await
}

pub async fn restore(input: &api::Restore) -> Answer<api::State> {
    ask("restore", input).await
}

pub async fn salvage_seen() -> Answer<api::State> {
    call("salvage_seen").await
}

pub async fn basket_scan(input: &api::Scan) -> Answer<api::Scanned> {
    ask("basket_scan", input).await
}

pub async fn basket_add(input: &api::AddProduct) -> Answer<api::Basket> {
    ask("basket_add", input).await
}

pub async fn basket_change(input: &api::ChangeLine) -> Answer<api::Basket> {
    ask("basket_change", input).await
}

pub async fn basket_abort() -> Answer<api::Basket> {
    call("basket_abort").await
}

pub async fn sale_complete(input: &api::Tender) -> Answer<api::SaleDone> {
    ask("sale_complete", input).await
}

pub async fn shift_open(input: &api::OpenShift) -> Answer<api::State> {
    ask("shift_open", input).await
}

pub async fn shift_report() -> Answer<api::ShiftReport> {
    call("shift_report").await
}

pub async fn shift_close(input: &api::CloseShift) -> Answer<api::ShiftReport> {
    ask("shift_close", input).await
}

pub async fn receipt_list(input: &api::ReceiptQuery) -> Answer<api::Page<api::ReceiptSummary>> {
    ask("receipt_list", input).await
}

pub async fn receipt_get(input: &api::ReceiptRef) -> Answer<api::Receipt> {
    ask("receipt_get", input).await
}

pub async fn receipt_reprint(input: &api::ReceiptRef) -> Answer<()> {
    ask("receipt_reprint", input).await
}

pub async fn refund_complete(input: &api::Refund) -> Answer<api::RefundDone> {
    ask("refund_complete", input).await
}

pub async fn product_search(input: &api::ProductSearch) -> Answer<Vec<api::Product>> {
    ask("product_search", input).await
}

pub async fn product_list(input: &api::ProductQuery) -> Answer<api::Page<api::Product>> {
    ask("product_list", input).await
}

pub async fn product_save(input: &api::SaveProduct) -> Answer<api::Product> {
    ask("product_save", input).await
}

pub async fn product_import(input: &api::ImportFile) -> Answer<api::ImportReport> {
    ask("product_import", input).await
}

pub async fn import_state() -> Answer<Option<api::ImportProgress>> {
    call("import_state").await
}

/// Ends the import under way before its time; what was done until then.
pub async fn import_cancel() -> Answer<api::ImportReport> {
    call("import_cancel").await
}

pub async fn stock_adjust(input: &api::AdjustStock) -> Answer<api::Product> {
    ask("stock_adjust", input).await
}

pub async fn journal_aside() -> Answer<api::Aside> {
    call("journal_aside").await
}

pub async fn sync_now() -> Answer<api::Link> {
    call("sync_now").await
}

pub async fn printer_set(input: &api::PrinterSettings) -> Answer<api::Printer> {
    ask("printer_set", input).await
}

pub async fn print_stuck() -> Answer<Vec<api::StuckPrint>> {
    call("print_stuck").await
}

pub async fn print_decide(input: &api::PrintDecision) -> Answer<Vec<api::StuckPrint>> {
    ask("print_decide", input).await
}

/// Opens the system's file dialog.
pub async fn pick_file() -> Answer<Option<String>> {
    call("pick_file").await
}

/// Shows the folder with the program's log.
pub async fn open_log_folder() -> Answer<()> {
    call("open_log_folder").await
}

/// Hears an event of the shell for as long as the window is open.
pub fn listen<T: DeserializeOwned + 'static>(event: &str, hear: impl Fn(T) + 'static) {
    let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        if let Ok(payload) = Reflect::get(&event, &"payload".into())
            && let Ok(payload) = read(&payload)
        {
            hear(payload);
        }
    });
    if let Ok((bridge, listen)) = bridge("event", "listen") {
        let _shell_keeps_it = listen.call2(&bridge, &event.into(), heard.as_ref());
    }
    heard.forget();
}

async fn call<T: DeserializeOwned>(command: &str) -> Answer<T> {
    invoke(command, &Object::new()).await
}

async fn ask<I: Serialize, T: DeserializeOwned>(command: &str, input: &I) -> Answer<T> {
    let arguments = Object::new();
    let json = serde_json::to_string(input).map_err(|error| internal(&error.to_string()))?;
    let input = JSON::parse(&json).map_err(|error| failed(&error))?;
    Reflect::set(&arguments, &"input".into(), &input).map_err(|error| failed(&error))?;
    invoke(command, &arguments).await
}

async fn invoke<T: DeserializeOwned>(command: &str, arguments: &Object) -> Answer<T> {
    let (bridge, invoke) = bridge("core", "invoke").map_err(|error| failed(&error))?;
    let promise: Promise = invoke.call2(&bridge, &command.into(), arguments).and_then(JsCast::dyn_into).map_err(|error| failed(&error))?;
    let answer = JsFuture::from(promise).await.map_err(|error| failed(&error))?;
    read(&answer).map_err(|error| internal(&format!("{command}: {error}")))
}

/// `window.__TAURI__.<part>` and its function.
fn bridge(part: &str, function: &str) -> Result<(JsValue, Function), JsValue> {
    let shell = Reflect::get(&js_sys::global(), &"__TAURI__".into())?;
    let part = Reflect::get(&shell, &part.into())?;
    let function = Reflect::get(&part, &function.into())?.dyn_into()?;
    Ok((part, function))
}

fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, serde_json::Error> {
    let json = JSON::stringify(value).ok().and_then(|text| text.as_string());
    serde_json::from_str(json.as_deref().unwrap_or("null"))
}

/// A rejected call carries a problem; anything else is a fault of the program.
fn failed(error: &JsValue) -> Problem {
    read(error).unwrap_or_else(|_| {
        let text = error.as_string().or_else(|| error.dyn_ref::<js_sys::Error>().map(|error| error.message().into()));
        internal(&text.unwrap_or_default())
    })
}

fn internal(text: &str) -> Problem {
    Problem::new(ErrorCode::Internal, text)
}
