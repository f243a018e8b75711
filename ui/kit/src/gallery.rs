//! Every component in all its states, in both themes.

use crate::{
    ActionKey, Amount, Banner, Button, ButtonKind, Count, Empty, Field, FieldKind, Icon, Keypad, Mood, More, Segment, Stepper, Switch,
    Tone, play,
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
    let nothing = Callback::new(|()| {});
    let (text, price, wrong) = (RwSignal::new("Amina".to_owned()), RwSignal::new("12.50".to_owned()), RwSignal::new("12.505".to_owned()));
    let (on, side) = (RwSignal::new(true), RwSignal::new(0_u8));
    let pounds = |minor| Currency::try_new("GBP").and_then(|gbp| Money::try_new(minor, gbp)).ok();
    let (three, most) = (Quantity::whole(3, Unit::Each).unwrap_or(Quantity::ONE), Quantity::whole(5, Unit::Each).unwrap_or(Quantity::ONE));
    let steps = RwSignal::new(three);
    view! {
        <h2>"Buttons"</h2>
        <div class="row">
            <Button label="Primary" key="Enter" kind=ButtonKind::Primary on_press=nothing/>
            <Button label="Plain" icon=Icon::Printer on_press=nothing/>
            <Button label="Quiet" kind=ButtonKind::Quiet on_press=nothing/>
            <Button label="Danger" key="Del" kind=ButtonKind::Danger on_press=nothing/>
            <Button label="Disabled" disabled=true on_press=nothing/>
            <Button label="Pending" kind=ButtonKind::Primary pending=true on_press=nothing/>
            <ActionKey label="Quantity" key="F2" on_press=nothing/>
            <ActionKey label="Disabled" key="F3" disabled=true on_press=nothing/>
        </div>
        <h2>"Fields"</h2>
        <div class="row">
            <Field label="Operator" value=text hint="Who is at the till"/>
            <Field label="Price" value=price kind=FieldKind::Decimal unit="GBP".to_owned()/>
            <Field label="Wrong" value=wrong kind=FieldKind::Decimal insist=true error=Some("'12.505' has more than 2 decimals".to_owned())/>
            <Field label="Disabled" value=text disabled=true/>
        </div>
        <div class="row">
            <Switch label="Sounds" on=on on_switch=move |now| on.set(now)/>
            <Switch label="Off" on=false on_switch=|_| {}/>
            <Segment label="Discount" choices=vec![(0, "Percent".to_owned(), ""), (1, "Amount".to_owned(), "")] chosen=side on_choose=move |now| side.set(now)/>
            <Stepper value=steps most=most less="Less" more="More" test="stepper"/>
        </div>
        <h2>"Money and quantities"</h2>
        <div class="row figures">
            {[1, 3_320, 123_456_789, -300].into_iter().filter_map(pounds).map(|amount| view! { <Amount of=amount/> }).collect_view()}
            <Count of=three/>
            {Quantity::try_new(486, Unit::Kilogram).ok().map(|weight| view! { <Count of=weight/> })}
        </div>
        <div class="row"><Keypad value=price decimals=true erase="Erase"/></div>
        <h2>"Messages"</h2>
        <Banner title="Good to know" body="Three products were changed at another till."/>
        <Banner mood=Mood::Good title="Imported" body="412 products were added."/>
        <Banner mood=Mood::Warn title="No product has this code" body="5000112637922" close=("Close".to_owned(), nothing)>
            <Button label="Add product" on_press=nothing/>
        </Banner>
        <Banner mood=Mood::Bad title="The server cannot be reached" body="Selling goes on; it is tried again." details=("Details".to_owned(), "unavailable: connection refused".to_owned())/>
        <h2>"Lists"</h2>
        <Empty icon=Icon::Product title="No products yet" body="Products that the shop sells stand here."><Button label="Import" on_press=nothing/></Empty>
        <More label="More" there_is=true pending=false on_more=nothing/>
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
