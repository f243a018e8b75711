//! Products: find, look through, edit, import.

use crate::backend;
use crate::page::{Page, focus_first};
use crate::problem::ProblemBanner;
use crate::stock::OtherUnits;
use crate::text::t;
use crate::till::{Over, Screen, Till, use_till};
use duka_api::Problem;
use duka_api::till::{Product, ProductQuery};
use duka_ui_kit::{Button, ButtonKind, Column, Count, Empty, Field, Icon, PagedList, Pages, Switch, per_unit, shown_plain, written_rate};
use leptos::prelude::*;

/// What is looked for, and what was found. Copies are the same.
#[derive(Clone, Copy)]
struct Looking {
    find: RwSignal<String>,
    inactive: RwSignal<bool>,
    pages: Pages<Product, Problem>,
}

impl Looking {
    fn new(till: Till) -> Self {
        let (find, inactive) = (RwSignal::new(String::new()), RwSignal::new(false));
        let question = Signal::derive(move || {
            till.products_changed.track();
            (find.get().trim().to_owned(), inactive.get())
        });
        let pages = Pages::new(question, |(find, inactive), after| async move {
            backend::product_list(&ProductQuery { find, inactive, after }).await.map(|page| (page.rows, page.next))
        });
        Self { find, inactive, pages }
    }
}

/// The list of products.
#[component]
pub fn Products() -> impl IntoView {
    let till = use_till();
    let looking = Looking::new(till);
    till.take_scans(move |code| looking.find.set(code));
    focus_first("[data-test=products-find]");
    let deeds = move || {
        let typed = move || looking.find.get_untracked().trim().to_owned();
        view! {
            <Button label=t().import icon=Icon::Import on_press=move |()| till.go(Screen::Import) test="products-import"/>
            <Button label=t().new_product icon=Icon::Plus kind=ButtonKind::Primary on_press=move |()| till.open(Over::Product(None, typed())) test="product-new"/>
        }
    };
    let columns = vec![
        Column::Words(t().name),
        Column::Words(t().codes),
        Column::Figures(t().price),
        Column::Figures(t().tax),
        Column::Figures(t().stock),
    ];
    let edit = move |product: Product| till.open(Over::Product(Some(Box::new(product)), String::new()));
    view! {
        <Page title=t().products deeds=deeds>
            <div class="single pane">
                <PagedList pages=looking.pages columns cells=|product| cells(product).into_any() on_open=edit
                    empty=move || view! { <Nothing looking/> } problem=|problem| view! { <ProblemBanner problem test="products-problem"/> }.into_any()
                    loading=t().loading more=t().load_more retry=t().try_again row_test="product-row">
                    <Field label=t().products_find value=looking.find test="products-find"/>
                    <Switch label=t().show_inactive on=looking.inactive on_switch=move |on| looking.inactive.set(on) test="products-inactive"/>
                </PagedList>
            </div>
        </Page>
    }
}

/// Nothing was found, or nothing is there yet.
#[component]
fn Nothing(
    /// What was looked for.
    looking: Looking,
) -> impl IntoView {
    let till = use_till();
    move || {
        if looking.find.with(|find| find.trim().is_empty()) {
            view! {
            <Empty icon=Icon::Product title=t().no_products body=t().no_products_how>
                <Button label=t().import_products kind=ButtonKind::Primary on_press=move |()| till.go(Screen::Import) test="products-import-first"/>
            </Empty>
        }
        .into_any()
        } else {
            view! { <Empty icon=Icon::Search title=t().nothing_found body=t().nothing_found_how/> }.into_any()
        }
    }
}

fn cells(product: Product) -> impl IntoView {
    let fields = product.fields;
    let code = if fields.code.is_empty() { fields.barcodes.first().cloned().unwrap_or_default() } else { fields.code.clone() };
    let others = fields.barcodes.len().saturating_sub(usize::from(fields.code.is_empty()));
    let others = (others > 0).then(|| view! { <small><bdi dir="ltr">{fields.barcodes.last().cloned()}</bdi></small> });
    let below_zero = product.stock.thousandths() < 0;
    view! {
        <td><b><bdi>{fields.name}</bdi></b>{(!fields.active).then(|| view! { " "<span class="tag">{t().not_sold}</span> })}</td>
        <td class="codes"><bdi dir="ltr">{code}</bdi>{others}</td>
        <td class="number"><b><bdi dir="ltr">{shown_plain(fields.price)}{per_unit(fields.unit)}</bdi></b></td>
        <td class="number soft"><bdi dir="ltr">{written_rate(fields.rate)}"%"</bdi></td>
        <td class="number" class:below=below_zero><Count of=product.stock/><OtherUnits of=product.other_stock/></td>
    }
}
