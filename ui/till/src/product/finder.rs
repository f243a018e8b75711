//! Finding products: one box that always listens, what it found, the first products as tiles, and figures for fingers.

use super::search::use_finder;
use crate::backend;
use crate::basket::use_basket;
use crate::text::{fill, t};
use crate::till::{Over, Screen, use_till};
use duka_api::till::{Product, ProductFields, ProductQuery};
use duka_ui_kit::{Button, ButtonKind, Empty, Glyph, Icon, Kbd, Keypad, per_unit, shown_plain, shown_quantity};
use leptos::prelude::*;
use leptos::task::spawn_local;

const HUES: u32 = 6;

/// What is under an empty search box.
#[derive(Clone, Copy, PartialEq)]
enum Pane {
    Products,
    Keypad,
}

/// The right side of the sell screen.
#[component]
pub fn Finding() -> impl IntoView {
    let (till, finder) = (use_till(), use_finder());
    let pane = RwSignal::new(Pane::Products);
    let tiles = RwSignal::new(None::<Vec<Product>>);
    finder.follow();
    Effect::new(move |_| {
        till.products_changed.track();
        spawn_local(async move {
            if let Ok(page) = backend::product_list(&ProductQuery::default()).await {
                tiles.try_set(Some(page.rows));
            }
        });
    });
    let searching = Memo::new(move |_| !finder.search.with(|search| search.trim().is_empty()));
    let chip = move |of: Pane, word: &'static str, test: &'static str| {
        view! {
            <button type="button" class="chip" data-test=test aria-pressed=move || if pane.get() == of { "true" } else { "false" }
                on:click=move |_| pane.set(of)>{word}</button>
        }
    };
    view! {
        <section class="finder" aria-label=t().find>
            <div class="search">
                <Glyph icon=Icon::Scan/>
                <input type="text" data-test="search" autocomplete="off" spellcheck="false" maxlength="200" dir="auto"
                    aria-label=t().search_placeholder placeholder=t().search_placeholder
                    prop:value=finder.search
                    on:input=move |event| { finder.marked.set(None); finder.search.set(event_target_value(&event)); }/>
                <Show when=move || !searching.get()><Kbd key=t().any_key/></Show>
            </div>
            <div class="chips">
                {chip(Pane::Products, t().products, "finder-products")}
                {chip(Pane::Keypad, t().keypad, "finder-keypad")}
            </div>
            {move || match (pane.get(), searching.get()) {
                (Pane::Keypad, _) => view! { <CodePad/> }.into_any(),
                (Pane::Products, true) => view! { <Results/> }.into_any(),
                (Pane::Products, false) => view! { <Tiles tiles/> }.into_any(),
            }}
        </section>
    }
}

/// A product's price, and per what where that does not go without saying.
fn price(fields: &ProductFields) -> String {
    format!("{}{}", shown_plain(fields.price), per_unit(fields.unit))
}

#[component]
fn Results() -> impl IntoView {
    let (till, finder, basket) = (use_till(), use_finder(), use_basket());
    let row = move |at: usize, product: Product| {
        let id = product.product;
        let price = price(&product.fields);
        let code = product.fields.barcodes.first().cloned().unwrap_or_else(|| product.fields.code.clone());
        let stock = fill(t().in_stock, &[&shown_quantity(product.stock)]);
        view! {
            <button type="button" class="result" data-test="result" class:marked=move || finder.marked.get() == Some(at)
                on:click=move |_| { finder.clear(); basket.add(id); }>
                <span class="what"><b><bdi>{product.fields.name}</bdi></b><small><bdi dir="ltr">{code}</bdi>" · "{stock}</small></span>
                <span class="sum"><bdi dir="ltr">{price}</bdi></span>
            </button>
        }
    };
    let none = move || {
        let add = move |()| {
            let typed = finder.search.get_untracked();
            till.open(Over::Product(None, typed));
        };
        view! {
            <Empty icon=Icon::Search title=t().nothing_found body=t().nothing_found_how>
                <Button label=t().add_product on_press=add test="add-unknown"/>
            </Empty>
        }
    };
    view! {
        <div class="results" role="list" aria-live="polite">
            {move || {
                let found = finder.found.get();
                if found.is_empty() { none().into_any() } else { found.into_iter().enumerate().map(|(at, product)| row(at, product)).collect_view().into_any() }
            }}
        </div>
    }
}

#[component]
fn Tiles(
    /// The first products; none while they are being fetched.
    tiles: RwSignal<Option<Vec<Product>>>,
) -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let tile = move |product: Product| {
        let id = product.product;
        let price = price(&product.fields);
        // Neighbours in the alphabet share a hue: it helps the eye to find its place again and means nothing else.
        let letter = product.fields.name.chars().next().map_or(0, |first| u32::from(first.to_lowercase().next().unwrap_or(first)));
        let class = format!("tile hue-{}", letter % HUES + 1);
        view! {
            <button type="button" class=class data-test="tile" on:click=move |_| basket.add(id)>
                <b><bdi>{product.fields.name}</bdi></b>
                <span><bdi dir="ltr">{price}</bdi></span>
            </button>
        }
    };
    let none = move || {
        view! {
            <Empty icon=Icon::Product title=t().no_products body=t().no_products_how>
                <Button label=t().import_products kind=ButtonKind::Primary on_press=move |()| till.go(Screen::Import) test="products-import"/>
                <Button label=t().add_product on_press=move |()| till.open(Over::Product(None, String::new())) test="product-new"/>
            </Empty>
        }
    };
    move || match tiles.get() {
        None => ().into_any(),
        Some(all) if all.is_empty() => none().into_any(),
        Some(all) => view! { <div class="tiles">{all.into_iter().map(tile).collect_view()}</div> }.into_any(),
    }
}

#[component]
fn CodePad() -> impl IntoView {
    let finder = use_finder();
    view! {
        <div class="code-pad">
            <Keypad value=finder.search erase=t().erase/>
            <Button label=t().take_code kind=ButtonKind::Primary key="Enter" on_press=move |()| finder.take() test="pad-enter"/>
            <p class="soft">{t().take_code_how}</p>
        </div>
    }
}
