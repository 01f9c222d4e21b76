//! How unbolt behaves in a terminal: numbered promises, each kept by at least one test that bears its number
//! (`cargo test --test promises p04`). `tests/README.md` lists them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::needless_pass_by_value, reason = "helpers read better with plain values")]

mod appearance;
mod drawing;
mod drawn;
mod input;
mod lists;
mod navigation;
mod output;
mod random_keys;
mod runs;
mod safety;
#[path = "../suite/support/mod.rs"]
mod support;
mod terminal_behaviour;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use support::World;
use support::headless_app::Desk;
use support::terminal::Terminal;

/// The sources of the tests here, and of those in folders.
fn sources(directory: &Path) -> Vec<String> {
    let items = std::fs::read_dir(directory).unwrap().map(|item| item.unwrap().path());
    let read = |path: PathBuf| match path.is_dir() {
        true => sources(&path),
        false if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("promises/main.rs") => {
            vec![std::fs::read_to_string(path).unwrap()]
        }
        false => Vec::new(),
    };
    items.flat_map(read).collect()
}

fn demo(place: &std::path::Path) -> Terminal {
    demo_of(place, (80, 24))
}

fn demo_of(place: &std::path::Path, size: (u16, u16)) -> Terminal {
    let terminal = Terminal::start(place, &["demo"], size);
    terminal.wait_to_see("Ada Lovelace");
    terminal
}

/// The screen on a world.
fn on(world: &World, size: (u16, u16)) -> Terminal {
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], size);
    terminal.wait_to_see("Ada Lovelace");
    terminal
}

/// A desk that looks at Ada.
fn desk(width: u16, height: u16) -> (World, Desk) {
    let world = World::new();
    let mut desk = Desk::sized(&world, width, height);
    desk.look_at("ada");
    (world, desk)
}

#[test]
fn every_promise_has_its_test_and_stands_in_the_table() {
    let mut tests: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises")) {
        let mut is_test = false;
        for line in source.lines() {
            assert!(!line.contains("#[ignore"), "no promise is put off: {line}");
            if line == "#[test]" {
                is_test = true;
            } else if let Some(name) = line.strip_prefix("fn ").filter(|_| is_test) {
                let name = name.split('(').next().unwrap().to_owned();
                let number = name.get(1..3).and_then(|digits| digits.parse().ok());
                let number =
                    number.filter(|_| name.starts_with('p')).unwrap_or_else(|| panic!("{name} bears no number"));
                tests.entry(number).or_default().push(name);
                is_test = false;
            }
        }
    }
    assert!(tests.keys().copied().eq(1..=56), "{:?}", tests.keys());
    let table = include_str!("../README.md");
    for (number, names) in tests {
        let row = table.lines().find(|line| line.starts_with(&format!("| {number} |")));
        let row = row.unwrap_or_else(|| panic!("promise {number} is not in tests/README.md"));
        for name in names {
            assert!(row.contains(&format!("`{name}`")), "{name} is not in: {row}");
        }
    }
}
