//! The one list of pages: a table under its filters, loaded as far as one scrolls, walked through by keys.

use super::pages::{Pages, Row};
use crate::button::Button;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// A column's heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Of words.
    Words(&'static str),
    /// Of figures, aligned like them.
    Figures(&'static str),
}

impl Column {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Words(name) => ("", name),
            Self::Figures(name) => ("number", name),
        }
    }
}

/// A list of pages. Arrow down goes from its filters into it, the arrows, Home and End through it, Enter opens a row.
#[component]
pub fn PagedList<T, E>(
    /// Its state.
    pages: Pages<T, E>,
    /// Its columns.
    columns: Vec<Column>,
    /// Only a screen reader needs the headings.
    #[prop(optional)]
    bare: bool,
    /// The cells of a row, one `<td>` per column.
    #[prop(into)]
    cells: Callback<T, AnyView>,
    /// Opens a row.
    #[prop(into)]
    on_open: Callback<T>,
    /// Whether a row is the one that is open.
    #[prop(optional, into)]
    selected: Option<Callback<T, bool>>,
    /// What stands there when there are no rows: what belongs there, and the first step.
    #[prop(into)]
    empty: ViewFn,
    /// How it is told that a page did not come.
    #[prop(into)]
    problem: Callback<E, AnyView>,
    /// Said while the first page is on its way.
    loading: &'static str,
    /// On the button that fetches the next page.
    more: &'static str,
    /// On the button that asks again for a page that did not come.
    retry: &'static str,
    /// The rows' name for tests.
    row_test: &'static str,
    /// What narrows the list down.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    let scroll = NodeRef::<leptos::html::Div>::new();
    load_what_fits(pages, scroll);
    let none = Memo::new(move |_| pages.rows.with(|rows| rows.as_ref().is_some_and(Vec::is_empty)));
    let some = Memo::new(move |_| pages.rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty())));
    let failed = move |failed| {
        view! {
            <div class="not-loaded">
                {problem.run(failed)}
                <Button label=retry pending=pages.pending on_press=move |()| pages.retry() test="load-again"/>
            </div>
        }
    };
    let table = move || view! { <Table pages columns=columns.clone() bare cells on_open selected row_test/> };
    view! {
        <div class="paged" on:keydown=move |event| walk(&event, scroll)>
            {children.map(|children| view! { <div class="filters">{children()}</div> })}
            {move || pages.problem.get().map(failed)}
            <div class="scroll" node_ref=scroll on:scroll=move |_| load_near_end(pages, scroll) aria-busy=move || pages.pending.get().then_some("true")>
                {move || some.get().then(&table)}
                {move || none.get().then(|| empty.run())}
                <Show when=move || pages.rows.with(Option::is_none) && pages.pending.get()><p class="loading soft" role="status">{loading}</p></Show>
                <Show when=move || pages.has_more()>
                    <div class="more"><Button label=more pending=pages.pending on_press=move |()| pages.more() test="load-more"/></div>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn Table<T, E>(
    pages: Pages<T, E>,
    columns: Vec<Column>,
    bare: bool,
    cells: Callback<T, AnyView>,
    on_open: Callback<T>,
    selected: Option<Callback<T, bool>>,
    row_test: &'static str,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    let head = columns.into_iter().map(|column| {
        let (class, name) = column.parts();
        view! { <th scope="col" class=class>{name}</th> }
    });
    view! {
        <table class="table">
            <thead class:unseen=bare><tr>{head.collect_view()}</tr></thead>
            <tbody>
                <For each=move || pages.rows.get().unwrap_or_default() key=|row| row.place let(row)>
                    <ListRow row cells on_open selected test=row_test/>
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn ListRow<T>(
    row: Row<T>,
    cells: Callback<T, AnyView>,
    on_open: Callback<T>,
    selected: Option<Callback<T, bool>>,
    test: &'static str,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let of = StoredValue::new(row.of.clone());
    let open = move || on_open.run(of.get_value());
    view! {
        <tr tabindex="0" data-row data-test=test
            aria-selected=move || selected.map(|selected| if selected.run(of.get_value()) { "true" } else { "false" })
            on:click=move |_| open()
            on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); open(); }>
            {cells.run(row.of)}
        </tr>
    }
}

/// A page that leaves room under it is followed by the next.
fn load_what_fits<T, E>(pages: Pages<T, E>, scroll: NodeRef<leptos::html::Div>)
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        pages.rows.track();
        request_animation_frame(move || load_near_end(pages, scroll));
    });
}

/// The next page is fetched before the end is reached.
fn load_near_end<T, E>(pages: Pages<T, E>, scroll: NodeRef<leptos::html::Div>)
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    let near =
        |list: web_sys::HtmlDivElement| list.scroll_top().saturating_add(list.client_height().saturating_mul(2)) > list.scroll_height();
    if scroll.try_get_untracked().flatten().is_some_and(near) {
        pages.more();
    }
}

/// Goes from row to row. In a field only the arrow down is ours: the others move its caret.
fn walk(event: &KeyboardEvent, scroll: NodeRef<leptos::html::Div>) {
    let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let row = on.as_ref().and_then(|on| on.closest("[data-row]").ok().flatten());
    let edge = |selector: &str| scroll.get_untracked().and_then(|list| list.query_selector(selector).ok().flatten());
    let in_field = on.is_some_and(|on| on.tag_name() == "INPUT");
    let to = match (event.key().as_str(), &row) {
        ("ArrowDown", None) if in_field => edge("[data-row]"),
        ("ArrowDown", Some(row)) => row.next_element_sibling(),
        ("ArrowUp", Some(row)) => {
            row.previous_element_sibling().or_else(|| row.closest(".paged").ok().flatten()?.query_selector("input").ok().flatten())
        }
        ("Home", Some(_)) => edge("[data-row]"),
        ("End", Some(_)) => edge("[data-row]:last-of-type"),
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        let _gone = to.focus();
    }
}
