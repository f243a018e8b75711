//! Every component in all its states, in both themes.

use crate::{
    ActionKey, Amount, Banner, Button, ButtonKind, Column, Count, Empty, Field, FieldKind, Icon, Keypad, Mood, PageOf, PagedList, Pages,
    Segment, Stepper, Switch, Tone, play,
};
use duka_core::{Currency, Money, Quantity, Unit};
use leptos::prelude::*;

/// The page that `?gallery` opens.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <div class="gallery">
            <section data-theme="light"><h1>"Light"</h1><Pieces/></section>
            <section data-theme="dark"><h1>"Dark"</h1><Pieces/></section>
        </div>
    }
}

const ICONS: [Icon; 21] = [
    Icon::Scan,
    Icon::Check,
    Icon::Offline,
    Icon::Syncing,
    Icon::Warning,
    Icon::Info,
    Icon::Printer,
    Icon::Close,
    Icon::Back,
    Icon::Onward,
    Icon::Erase,
    Icon::Plus,
    Icon::Minus,
    Icon::Remove,
    Icon::Receipt,
    Icon::Refund,
    Icon::Product,
    Icon::Import,
    Icon::Drawer,
    Icon::Basket,
    Icon::Search,
];

#[component]
fn Pieces() -> impl IntoView {
    view! {
        <h2>"Buttons"</h2>
        <Buttons/>
        <h2>"Fields"</h2>
        <Fields/>
        <h2>"Money and quantities"</h2>
        <Figures/>
        <h2>"Messages"</h2>
        <Messages/>
        <h2>"Lists"</h2>
        <Lists/>
        <h2>"Icons"</h2>
        <div class="row icons">{ICONS.map(|icon| view! { <crate::Glyph icon/> }).collect_view()}</div>
        <h2>"Tones"</h2>
        <div class="row">
            <Button label="Accepted" on_press=|()| play(Tone::Accepted)/>
            <Button label="Not found" on_press=|()| play(Tone::NotFound)/>
            <Button label="Done" on_press=|()| play(Tone::Done)/>
        </div>
    }
}

fn pounds(minor: i64) -> Option<Money> {
    Currency::try_new("GBP").and_then(|gbp| Money::try_new(minor, gbp)).ok()
}

fn because(reason: &str) -> Option<String> {
    Some(reason.to_owned())
}

#[component]
fn Buttons() -> impl IntoView {
    let nothing = Callback::new(|()| {});
    view! {
        <div class="row">
            <Button label="Primary" key="Enter" kind=ButtonKind::Primary on_press=nothing/>
            <Button label="Plain" icon=Icon::Printer on_press=nothing/>
            <Button label="Quiet" kind=ButtonKind::Quiet on_press=nothing/>
            <Button label="Danger" key="Del" kind=ButtonKind::Danger on_press=nothing/>
            <Button label="Pending" kind=ButtonKind::Primary pending=true on_press=nothing/>
        </div>
        <div class="row">
            <Button label="Refund" reason=because("Choose what comes back first") on_press=nothing/>
            <ActionKey label="Quantity" key="F2" on_press=nothing/>
            <ActionKey label="Discount" key="F3" reason=because("No line") on_press=nothing/>
        </div>
        <Button label="Pay" key="F12" kind=ButtonKind::Final on_press=nothing>{pounds(3_320).map(|due| view! { <Amount of=due/> })}</Button>
        <Button label="Pay" key="F12" kind=ButtonKind::Final reason=because("The basket is empty") on_press=nothing/>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let [text, price, wrong, two_ways] = ["Amina", "12.50", "12.505", "2.500"].map(|text| RwSignal::new(text.to_owned()));
    let (on, side) = (RwSignal::new(true), RwSignal::new(0_u8));
    let readings = Signal::derive(move || (two_ways.get() == "2.500").then(|| ["2.50".to_owned(), "2,500.00".to_owned()]));
    let asked = Signal::derive(move || readings.with(Option::is_some).then(|| "Which amount is meant?".to_owned()));
    let three = Quantity::whole(3, Unit::Each).unwrap_or(Quantity::ONE);
    let steps = RwSignal::new(three);
    view! {
        <div class="row">
            <Field label="Operator" value=text hint="Who is at the till"/>
            <Field label="Price" value=price kind=FieldKind::Decimal unit="GBP".to_owned()/>
            <Field label="Wrong" value=wrong kind=FieldKind::Decimal insist=true problem=because("'12.505' has more than 2 decimals")/>
            <Field label="Two ways" value=two_ways kind=FieldKind::Decimal unit="GBP".to_owned() problem=asked readings/>
        </div>
        <div class="row">
            <Switch label="Sounds" on=on on_switch=move |now| on.set(now)/>
            <Switch label="Off" on=false on_switch=|_| {}/>
            <Segment label="Discount" choices=vec![(0, "Percent".to_owned(), ""), (1, "Amount".to_owned(), "")] chosen=side on_choose=move |now| side.set(now)/>
            <Stepper value=steps most=three less="Less" more="More" at_none="none" at_most="all of it" test="stepper"/>
        </div>
        <div class="row"><Keypad value=price decimals=true erase="Erase"/></div>
    }
}

#[component]
fn Figures() -> impl IntoView {
    view! {
        <div class="row figures">
            {[1, 3_320, 123_456_789, -300].into_iter().filter_map(pounds).map(|amount| view! { <Amount of=amount/> }).collect_view()}
            <Count of=Quantity::ONE/>
            {Quantity::try_new(486, Unit::Kilogram).ok().map(|weight| view! { <Count of=weight/> })}
        </div>
    }
}

#[component]
fn Messages() -> impl IntoView {
    let nothing = Callback::new(|()| {});
    view! {
        <Banner title="Good to know" body="Three products were changed at another till."/>
        <Banner mood=Mood::Good title="Imported" body="412 products were added."/>
        <Banner mood=Mood::Warn title="No product has this code" body="5000112637922" close=("Close".to_owned(), nothing)>
            <Button label="Add product" on_press=nothing/>
        </Banner>
        <Banner mood=Mood::Bad title="The server cannot be reached" body="Selling goes on; it is tried again." details=("Details".to_owned(), "unavailable: connection refused".to_owned())/>
    }
}

/// A list of two pages whose second one fails, and one with nothing in it.
#[component]
fn Lists() -> impl IntoView {
    let names = ["Sugar 1 kg", "أرز بسمتي", "Eggs, 10"];
    let some = Pages::new(Signal::stored(()), move |(), after: Option<String>| async move {
        let first: PageOf<&'static str> = (names.to_vec(), Some("2".to_owned()));
        if after.is_none() { Ok(first) } else { Err("The second page did not come") }
    });
    let none = Pages::<&'static str, &'static str>::new(Signal::stored(()), |(), _| async { Ok((Vec::new(), None)) });
    let cells = Callback::new(|name: &'static str| {
        view! { <td><bdi>{name}</bdi></td><td class="number">{pounds(135).map(|price| view! { <Amount of=price/> })}</td> }.into_any()
    });
    let problem = Callback::new(|problem: &'static str| view! { <Banner mood=Mood::Bad title=problem/> }.into_any());
    let list = move |pages: Pages<&'static str, &'static str>| {
        let empty = || view! { <Empty icon=Icon::Product title="No products yet" body="Products that the shop sells stand here."><Button label="Import" on_press=|()| {}/></Empty> };
        view! {
            <PagedList pages columns=vec![Column::Words("Name"), Column::Figures("Price")] cells problem on_open=|_| {} empty=empty
                loading="Loading…" more="More" retry="Try again" row_test="row"/>
        }
    };
    view! { {list(some)} {list(none)} }
}
