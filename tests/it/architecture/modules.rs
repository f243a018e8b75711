//! Nouns, layers and circles: how the modules of a crate stand to each other.

use super::source::{CRATES, code, root, shown, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The nouns of the business, spelled alike wherever they have a folder.
const NOUNS: &[&str] = &[
    "account",
    "basket",
    "company",
    "device",
    "enrolment",
    "import",
    "journal",
    "print",
    "product",
    "receipt",
    "record",
    "refund",
    "sale",
    "shift",
    "stock",
    "sync",
];

/// Where nouns have folders, and what else has one there: the layers around them.
const ROOMS: &[(&str, &[&str])] = &[
    ("shared/ledger/src", &["fold", "rule", "table"]),
    ("pos-app/engine/src", &["platform", "tables", "till", "writer"]),
    ("sync-server/src", &["platform"]),
    ("ui/till/src", &["app", "frame", "text"]),
];

#[test]
fn a_folder_is_a_noun_of_the_one_list_or_a_named_layer() {
    let mut faults = Vec::new();
    for (room, layers) in ROOMS {
        for entry in fs::read_dir(root().join(room)).expect("a source folder is readable").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && !NOUNS.contains(&name.as_str()) && !layers.contains(&name.as_str()) {
                faults.push(format!("{room}/{name} is neither a noun of the list nor a layer"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The first name of every path that begins with `crate::` in a piece of code, grouped or not.
fn modules_used(code: &str) -> BTreeSet<String> {
    let ident = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(ident(rest));
            continue;
        };
        let (mut depth, mut at_start) = (1, true);
        let mut name = String::new();
        for c in group.chars() {
            match c {
                c if depth == 1 && at_start && (c.is_alphanumeric() || c == '_') => {
                    name.push(c);
                    continue;
                }
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                _ => {}
            }
            if !name.is_empty() {
                used.insert(std::mem::take(&mut name));
                at_start = false;
            }
            at_start |= c == ',' && depth == 1;
        }
        used.extend(Some(name).filter(|name| !name.is_empty()));
    }
    used
}

/// Which top-level modules of a crate each of them uses. Tests do not count, nor what stands only at the crate's root.
fn modules(source: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
    for path in sources(source) {
        let shown = shown(&path, source);
        if shown.ends_with("tests.rs") || ["lib.rs", "main.rs"].contains(&shown.as_str()) {
            continue;
        }
        let module = shown.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        let code = code(&path);
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
        graph.entry(module.clone()).or_default().extend(modules_used(&code).into_iter().filter(|used| *used != module));
    }
    let known: BTreeSet<String> = graph.keys().cloned().collect();
    graph.values_mut().for_each(|used| used.retain(|name| known.contains(name)));
    graph
}

/// A way from a module back to itself.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(graph: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
        let here = way.last()?.clone();
        for next in graph.get(&here).into_iter().flatten() {
            if let Some(at) = way.iter().position(|name| name == next) {
                return Some(way.iter().skip(at).cloned().chain([next.clone()]).collect());
            }
            if !done.contains(next) {
                way.push(next.clone());
                if let Some(found) = walk(graph, way, done) {
                    return Some(found);
                }
                way.pop();
            }
        }
        done.insert(here);
        None
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| walk(graph, &mut vec![start.clone()], &mut done))
}

#[test]
fn modules_form_no_circle() {
    let mut faults = Vec::new();
    for crate_root in CRATES {
        if let Some(way) = circle(&modules(&root().join(crate_root))) {
            faults.push(format!("{crate_root}: {}", way.join(" -> ")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_circle_is_found_however_a_module_is_imported() {
    let used = |code: &str| modules_used(code).into_iter().collect::<Vec<_>>();
    assert_eq!(used("use crate::journal::{self, Place};"), ["journal"]);
    assert_eq!(used("use crate::{\n    journal::{self, store::X},\n    sale, shift as work,\n};"), ["journal", "sale", "shift"]);
    assert_eq!(used("let held = crate::receipt::load(db)?; crate::sale::x()"), ["receipt", "sale"]);
    let graph = |arrows: &[(&str, &str)]| {
        let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
        for (from, to) in arrows {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("c", "b")])), Some(vec!["b".into(), "c".into(), "b".into()]));
}

/// The layers of the till's engine, as its front page says, from the lowest; nouns that no layer names are one between `books` and `writer`.
const LAYERS: &[&[&str]] = &[
    &["platform"],
    &["journal", "tables"],
    &["enrolment", "record"],
    &["books", "identity"],
    &[],
    &["writer"],
    &["reader", "till"],
    &["engine"],
];

#[test]
fn the_layers_of_the_engine_look_one_way() {
    let graph = modules(&root().join("pos-app/engine/src"));
    let nouns = LAYERS.iter().position(|layer| layer.is_empty()).expect("the nouns have their place");
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or(nouns);
    let mut faults = Vec::new();
    for (module, used) in &graph {
        assert!(LAYERS.iter().any(|layer| layer.contains(&module.as_str())) || NOUNS.contains(&module.as_str()), "{module} has no layer");
        faults.extend(used.iter().filter(|used| layer(used) > layer(module)).map(|used| format!("{module} -> {used}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A noun calls another noun's public face, never its store.
#[test]
fn no_noun_reaches_into_the_store_of_another() {
    let mut faults = Vec::new();
    for crate_root in ["pos-app/engine/src", "sync-server/src"] {
        for path in sources(&root().join(crate_root)) {
            let shown = shown(&path, &root().join(crate_root));
            let own = shown.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).expect("a source file is text");
            for noun in NOUNS.iter().filter(|noun| **noun != own) {
                // As a path of its own, and as a part of a group.
                for into in [format!("crate::{noun}::store"), format!("    {noun}::store"), format!("    {noun}::{{store")] {
                    if text.contains(&into) {
                        faults.push(format!("{shown}: {into}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "a store is used from outside its noun:\n{}", faults.join("\n"));
}
