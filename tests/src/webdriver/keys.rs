//! A person's keys as WebDriver's actions.

use anyhow::{Result, bail};
use serde_json::{Value, json};

/// The actions that press these keys one after the other, with a pause in milliseconds after each; names stand in braces, such as `{F12}`.
pub(super) fn actions(keys: &str, pause: u64) -> Result<Value> {
    let mut actions = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (key, length) = match rest.strip_prefix('{').and_then(|name| name.split_once('}')) {
            Some((name, _)) => (special(name)?, name.len() + 2),
            None => (first, first.len_utf8()),
        };
        actions.push(json!({"type": "keyDown", "value": key.to_string()}));
        actions.push(json!({"type": "keyUp", "value": key.to_string()}));
        actions.push(json!({"type": "pause", "duration": pause}));
        rest = rest.split_at(length).1;
    }
    Ok(json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}))
}

/// The code points that WebDriver gives to keys without a character.
fn special(name: &str) -> Result<char> {
    Ok(match name {
        "Enter" => '\u{e007}',
        "Escape" => '\u{e00c}',
        "Tab" => '\u{e004}',
        "Delete" => '\u{e017}',
        "Backspace" => '\u{e003}',
        "Up" => '\u{e013}',
        "Down" => '\u{e015}',
        "F1" => '\u{e031}',
        "F2" => '\u{e032}',
        "F3" => '\u{e033}',
        "F4" => '\u{e034}',
        "F5" => '\u{e035}',
        "F6" => '\u{e036}',
        "F7" => '\u{e037}',
        "F8" => '\u{e038}',
        "F9" => '\u{e039}',
        "F12" => '\u{e03c}',
        other => bail!("no key is called {other}"),
    })
}
