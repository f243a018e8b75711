//! One set of icons, drawn on 24 × 24 with the ink of the text around them.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A barcode between the corners of a viewfinder.
    Scan,
    /// A tick.
    Check,
    /// A cloud crossed out.
    Offline,
    /// Two arrows in a circle.
    Syncing,
    /// A triangle with an exclamation mark.
    Warning,
    /// A circle with an i.
    Info,
    /// A printer.
    Printer,
    /// A cross.
    Close,
    /// An arrow to where one came from; mirrored right to left.
    Back,
    /// An arrow onwards; mirrored right to left.
    Onward,
    /// A key that rubs out the last character; mirrored right to left.
    Erase,
    /// A plus sign.
    Plus,
    /// A minus sign.
    Minus,
    /// A dustbin.
    Remove,
    /// A folded receipt.
    Receipt,
    /// An arrow that turns back.
    Refund,
    /// A box.
    Product,
    /// A sheet with an arrow into it.
    Import,
    /// A cash drawer.
    Drawer,
    /// A shopping basket.
    Basket,
    /// A magnifying glass.
    Search,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Scan => r#"<path d="M4 7V4h4M16 4h4v3M20 17v3h-4M8 20H4v-3M7 8v8M10.5 8v8M14 8v8M17 8v8"/>"#,
            Self::Check => r#"<path d="M5 12.5l4.5 4.5L19 7"/>"#,
            Self::Offline => r#"<path d="M7 18a5 5 0 1 1 1-9.9A6 6 0 0 1 19.5 10 4 4 0 0 1 18 18H7Z"/><path d="M4 4l16 16"/>"#,
            Self::Syncing => r#"<path d="M20 11a8 8 0 0 0-14-4.5L4 9M4 4v5h5M4 13a8 8 0 0 0 14 4.5l2-2.5M20 20v-5h-5"/>"#,
            Self::Warning => r#"<path d="M12 4 2.8 20h18.4L12 4ZM12 10v5M12 17.6v.4"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.4v.4"/>"#,
            Self::Printer => r#"<path d="M7 9V4h10v5M7 17H4v-6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6h-3M7 14h10v6H7z"/>"#,
            Self::Close => r#"<path d="M6 6l12 12M18 6L6 18"/>"#,
            Self::Back => r#"<path d="M19 12H5M11 6l-6 6 6 6"/>"#,
            Self::Onward => r#"<path d="M9 6l6 6-6 6"/>"#,
            Self::Erase => r#"<path d="M8.5 6H20v12H8.5L3 12l5.5-6ZM11.5 9.5l5 5M16.5 9.5l-5 5"/>"#,
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Minus => r#"<path d="M5 12h14"/>"#,
            Self::Remove => r#"<path d="M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5"/>"#,
            Self::Receipt => r#"<path d="M6 3h12v18l-3-2-3 2-3-2-3 2V3ZM9 8h6M9 12h6"/>"#,
            Self::Refund => r#"<path d="M4 9h11a5 5 0 0 1 0 10H9M8 5L4 9l4 4"/>"#,
            Self::Product => r#"<path d="M4 8l8-4 8 4v8l-8 4-8-4V8ZM4 8l8 4 8-4M12 12v8"/>"#,
            Self::Import => r#"<path d="M12 3v11M8 10l4 4 4-4M4 15v5h16v-5"/>"#,
            Self::Drawer => r#"<path d="M4 10h16v9H4zM6 10l2-5h8l2 5M10 14.5h4"/>"#,
            Self::Basket => r#"<path d="M3 9h18l-2 11H5L3 9ZM8 9l3-5M16 9l-3-5M9 13v3M15 13v3"/>"#,
            Self::Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>"#,
        }
    }

    const fn mirrors(self) -> bool {
        matches!(self, Self::Back | Self::Onward | Self::Erase | Self::Refund)
    }
}

/// Draws an icon; it is never the only thing that says what is meant.
#[component]
pub fn Glyph(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    let class = if icon.mirrors() { "glyph mirrors" } else { "glyph" };
    view! {
        <svg class=class viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" inner_html=icon.path()></svg>
    }
}
