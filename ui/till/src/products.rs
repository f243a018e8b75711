//! Products: find, look through, edit, import.

use crate::backend;
use crate::fault::FaultOf;
use crate::page::Page;
use crate::sell::per_unit;
use crate::text::t;
use crate::till::{Over, Screen, use_till};
use duka_api::Problem;
use duka_api::till::{Product, ProductQuery};
use duka_ui_kit::{Button, ButtonKind, Count, Empty, Field, Icon, More, Switch, focus_on, shown_plain};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The list of products.
#[component]
pub fn Products() -> impl IntoView {
    let till = use_till();
    let (find, inactive) = (RwSignal::new(String::new()), RwSignal::new(false));
    let rows = RwSignal::new(None::<Vec<Product>>);
    let (next, pending) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let load = move |after: Option<String>| {
        let query = ProductQuery { find: find.get_untracked().trim().to_owned(), inactive: inactive.get_untracked(), after };
        pending.set(true);
        spawn_local(async move {
            let answer = backend::product_list(&query).await;
            // The question changed meanwhile: its own answer is coming.
            if find.try_get_untracked().is_none_or(|find| find.trim() != query.find) || inactive.get_untracked() != query.inactive {
                return;
            }
            match answer {
                Ok(page) => {
                    rows.update(|rows| {
                        let rows = rows.get_or_insert_default();
                        if query.after.is_none() {
                            rows.clear();
                        }
                        rows.extend(page.rows);
                    });
                    next.set(page.next);
                    problem.set(None);
                }
                Err(refused) => problem.set(Some(refused)),
            }
            pending.set(false);
        });
    };
    Effect::new(move |_| {
        find.track();
        inactive.track();
        till.products_changed.track();
        load(None);
    });
    till.take_scans(move |code| find.set(code));
    request_animation_frame(|| {
        focus_on("[data-test=products-find]");
    });
    let more = move |()| {
        if let Some(after) = next.get_untracked().filter(|_| !pending.get_untracked()) {
            load(Some(after));
        }
    };
    // The next page is fetched before the end is reached.
    let scrolled = move |event: leptos::ev::Event| {
        let list = event_target::<web_sys::Element>(&event);
        if list.scroll_top() + list.client_height() * 2 > list.scroll_height() {
            more(());
        }
    };
    let deeds = move || {
        view! {
            <Button label=t().import icon=Icon::Import on_press=move |()| till.go(Screen::Import) test="products-import"/>
            <Button label=t().new_product icon=Icon::Plus kind=ButtonKind::Primary
                on_press=move |()| till.open(Over::Product(None, find.get_untracked().trim().to_owned())) test="product-new"/>
        }
    };
    let list = move || {
        rows.get().map(|rows| {
            if !rows.is_empty() {
                return view! { <ProductTable rows/> }.into_any();
            }
            if find.with(|find| find.trim().is_empty()) {
                return view! {
                    <Empty icon=Icon::Product title=t().no_products body=t().no_products_how>
                        <Button label=t().import_products kind=ButtonKind::Primary on_press=move |()| till.go(Screen::Import) test="products-import-first"/>
                    </Empty>
                }
                .into_any();
            }
            view! { <Empty icon=Icon::Search title=t().nothing_found body=t().nothing_found_how/> }.into_any()
        })
    };
    view! {
        <Page title=t().products deeds=deeds>
            <div class="single pane">
                <div class="filters">
                    <Field label=t().products_find value=find test="products-find"/>
                    <Switch label=t().show_inactive on=inactive on_switch=move |on| inactive.set(on) test="products-inactive"/>
                </div>
                <FaultOf problem test="products-problem"/>
                <div class="scroll" on:scroll=scrolled>
                    {list}
                    <More label=t().load_more there_is=Signal::derive(move || next.with(Option::is_some)) pending=pending on_more=more/>
                </div>
            </div>
        </Page>
    }
}

#[component]
fn ProductTable(
    /// Its rows.
    rows: Vec<Product>,
) -> impl IntoView {
    let till = use_till();
    let row = move |product: Product| {
        let edit = {
            let product = product.clone();
            move || till.open(Over::Product(Some(Box::new(product.clone())), String::new()))
        };
        let edit_by_key = edit.clone();
        let fields = product.fields;
        let code = if fields.code.is_empty() { fields.barcodes.first().cloned().unwrap_or_default() } else { fields.code.clone() };
        let others = fields.barcodes.len().saturating_sub(usize::from(fields.code.is_empty()));
        let others = (others > 0).then(|| view! { <small><bdi dir="ltr">{fields.barcodes.last().cloned()}</bdi></small> });
        let below_zero = product.stock.thousandths() < 0;
        view! {
            <tr tabindex="0" data-test="product-row" data-product=product.product.to_string() on:click=move |_| edit()
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); edit_by_key(); }>
                <td><b><bdi>{fields.name}</bdi></b>{(!fields.active).then(|| view! { " "<span class="tag">{t().not_sold}</span> })}</td>
                <td class="codes"><bdi dir="ltr">{code}</bdi>{others}</td>
                <td class="number"><b><bdi dir="ltr">{shown_plain(fields.price)}{per_unit(fields.unit)}</bdi></b></td>
                <td class="number soft"><bdi dir="ltr">{fields.rate.to_string()}</bdi></td>
                <td class="number" class:below=below_zero><Count of=product.stock/></td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead><tr>
                <th scope="col">{t().name}</th><th scope="col">{t().codes}</th><th scope="col" class="number">{t().price}</th>
                <th scope="col" class="number">{t().tax}</th><th scope="col" class="number">{t().stock}</th>
            </tr></thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
