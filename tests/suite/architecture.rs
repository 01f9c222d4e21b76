//! The house rule: who may use whom. Read from the sources, so that it can't be forgotten.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which rooms a room may name.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("domain", &["domain"]),
    ("settings", &["settings", "domain"]),
    // Of the ledger the proof alone.
    ("flow", &["flow", "ledger", "domain"]),
    ("policy", &["policy", "domain"]),
    ("bulk", &["bulk", "flow", "policy", "domain"]),
    ("config", &["config", "provider", "settings", "policy", "domain"]),
    ("ledger", &["ledger", "domain"]),
    ("provider", &["provider", "settings", "ledger", "domain"]),
    ("widgets", &["widgets", "domain"]),
    ("screens", &["screens", "widgets", "bulk", "flow", "policy", "domain"]),
    ("engine", &["engine", "bulk", "policy", "flow", "provider", "ledger", "config", "settings", "domain"]),
    ("webhook", &["webhook", "engine", "provider", "ledger", "settings", "domain"]),
    (
        "terminal",
        &[
            "terminal", "webhook", "engine", "screens", "widgets", "bulk", "policy", "flow", "provider", "ledger",
            "domain",
        ],
    ),
    ("sim", &["sim"]),
    (
        "cli",
        &[
            "cli", "terminal", "webhook", "engine", "screens", "widgets", "bulk", "policy", "flow", "provider",
            "ledger", "config", "settings", "domain", "sim",
        ],
    ),
    ("main", &["cli"]),
];

/// Rooms without clock, input or output, and what they therefore never name.
const PURE: [&str; 6] = ["domain", "flow", "policy", "bulk", "screens", "widgets"];
const IMPURE: [&str; 7] = ["tokio", "reqwest", "std::fs", "std::env", "Instant::now", "SystemTime", "Timestamp::now"];

fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for item in std::fs::read_dir(directory).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let room =
                inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (room, path, text)
        })
        .collect()
}

/// The lines of code: no comments. A file's own tests stand in another, which isn't among the sources.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, line)| (n + 1, line))
}

/// How many modules up the longest chain of `super::` in a line leads.
fn highest_super(line: &str) -> usize {
    let mut rest = line;
    let mut highest = 0;
    while let Some(at) = rest.find("super::") {
        rest = &rest[at..];
        let mut chain = 0;
        while let Some(behind) = rest.strip_prefix("super::") {
            (rest, chain) = (behind, chain + 1);
        }
        highest = highest.max(chain);
    }
    highest
}

#[test]
fn rooms_use_only_whom_they_may() {
    let rules: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        if room == "lib" {
            continue;
        }
        let allowed = rules.get(room.as_str()).unwrap_or_else(|| panic!("the room {room} has no rule"));
        let parts = path.components().skip_while(|part| part.as_os_str() != "src").count() - 1;
        let depth = parts - usize::from(path.ends_with("mod.rs"));
        for (n, line) in code(&text) {
            // Spellings that this test can't read are not used.
            assert!(!line.contains("crate::{") && !line.contains("unbolt::{"), "{}:{n}", path.display());
            assert!(highest_super(line) < depth, "{}:{n}: `super` leads out of the room", path.display());
            for used in line.split("crate::").skip(1).chain(line.split("unbolt::").skip(1)) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !used.is_empty() && rules.contains_key(used.as_str()) && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{}:{n}: {room} uses {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_name_no_clock_no_socket_no_file() {
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        if PURE.contains(&room.as_str()) {
            for (n, line) in code(&text) {
                wrong.extend(
                    IMPURE
                        .iter()
                        .filter(|name| line.contains(**name))
                        .map(|name| format!("{}:{n}: {name}", path.display())),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files that draw, of a room in which state and actions are pure.
fn draws(path: &Path) -> bool {
    let inside = path.to_str().unwrap().split("src/screens/").nth(1).unwrap_or_default();
    // Where the panes stand is said in ratatui's own rectangles.
    inside.contains("view") || ["list_pane.rs", "line_mode.rs", "layout.rs"].contains(&inside)
}

#[test]
fn states_and_actions_of_screens_draw_nothing() {
    let (mut wrong, mut files) = (Vec::new(), 0);
    for (room, path, text) in sources() {
        if room != "screens" || draws(&path) {
            continue;
        }
        files += 1;
        for (n, line) in code(&text) {
            let drawn = ["ratatui", "widgets::pane", "widgets::popup", "widgets::data_table", "Appearance", "::view::"];
            let is_room = path.ends_with("screens/mod.rs");
            let names = drawn.iter().filter(|name| line.contains(**name) && !is_room);
            wrong.extend(names.map(|name| format!("{}:{n}: {name}", path.display())));
        }
    }
    assert!(files > 35, "{files} files were looked at");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn providers_and_flows_take_nothing_of_the_ledger_but_the_proof() {
    for (room, path, text) in sources() {
        if room == "provider" || room == "flow" {
            for (n, line) in code(&text).filter(|(_, line)| line.contains("ledger::")) {
                assert!(line.contains("ledger::Recorded"), "{}:{n}: {line}", path.display());
            }
        }
    }
}

/// What a backend leaves to the room: statuses, tokens, waits, further tries, pages.
const THE_ROOMS: [&str; 17] = [
    "response.status",
    ".status ==",
    ".status >",
    ".status <",
    "status()",
    "StatusCode",
    "as_u16",
    "sleep",
    "Instant",
    "TokenCache::get",
    "tokens.",
    "access_token",
    ".exchange(",
    "http.read(",
    "retry",
    "loop {",
    "while let Some(next",
];

#[test]
fn a_backend_judges_no_status_fetches_no_token_waits_for_nothing_and_pages_nothing_itself() {
    let (mut wrong, mut files) = (Vec::new(), 0);
    for (_, path, text) in sources() {
        let inside = path.to_str().unwrap().split("src/provider/").nth(1).unwrap_or_default().to_owned();
        // The rooms that do it for all backends, and the one backend that speaks no HTTP.
        let others = ["auth", "directory", "http", "registry", "tls"];
        match inside.split_once('/') {
            Some((folder, _)) if !inside.is_empty() && !others.contains(&folder) => {}
            _ => continue,
        }
        files += 1;
        for (n, line) in code(&text) {
            wrong.extend(
                THE_ROOMS
                    .iter()
                    // What a device says is no status of HTTP.
                    .filter(|word| line.contains(**word) && !line.contains("DeviceStatus"))
                    .map(|word| format!("{inside}:{n}: {word}: {line}")),
            );
            // A status stands in a table of errors, and nowhere else.
            let numbers = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
            let is_status = |word: &str| word.len() == 3 && word.parse().is_ok_and(|n: u16| (300..600).contains(&n));
            let is_table = ["errors.rs", "apple_mdm/client.rs"].iter().any(|table| inside.ends_with(table));
            let is_limit = line.contains("const ") || line.contains("usual_life") || line.contains("uid");
            if !is_table && !is_limit {
                wrong
                    .extend(numbers.filter(|word| is_status(word)).map(|word| format!("{inside}:{n}: {word}: {line}")));
            }
        }
    }
    assert!(files > 30, "{files} files were looked at");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names that each backend's folder gives its own types, as the registry asks for.
const OF_EACH_BACKEND: [&str; 2] = ["Backend", "Settings"];

#[test]
fn no_public_type_has_the_name_of_another() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, path, text) in sources() {
        for (_, line) in code(&text) {
            let Some(rest) = line.trim_start().strip_prefix("pub ") else { continue };
            let Some((kind, rest)) = rest.split_once(' ') else { continue };
            if ["struct", "enum", "trait", "type"].contains(&kind) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                found.entry(name).or_default().push(path.display().to_string());
            }
        }
    }
    let twice: Vec<_> =
        found.iter().filter(|(name, paths)| paths.len() > 1 && !OF_EACH_BACKEND.contains(&name.as_str())).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}
