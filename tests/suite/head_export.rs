//! The ledger's heads elsewhere: what was cut off shows, and a dead sink loses nothing.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Ran, World, wait_for};

fn files(world: &World) -> Vec<PathBuf> {
    world.ledger_files()
}

fn unlock(world: &World, who: &str) -> Ran {
    world.run(&["unlock", who, "--yes", "--ticket", "INC-1"])
}

fn with_sink(kind: &str, socket: &Path, rules: &str) -> World {
    let world = World::new();
    let text = world.config_text();
    let sink = format!("[ledger]\nsink = \"{kind}\"\nsink_socket = \"{}\"\n\n[policy]\n{rules}\n\n", socket.display());
    fs::write(world.config_path(), format!("{sink}{text}")).unwrap();
    world
}

/// Everything that has come to a socket.
fn heard(socket: &UnixDatagram) -> Vec<String> {
    socket.set_nonblocking(true).unwrap();
    let mut chunk = [0; 8_192];
    let mut heard = Vec::new();
    while let Ok(n) = socket.recv(&mut chunk) {
        heard.push(String::from_utf8(chunk[..n].to_vec()).unwrap());
    }
    heard
}

#[test]
fn a_truncated_a_removed_and_a_rewritten_file_show_against_kept_heads() {
    let world = World::new();
    for who in ["ada", "grace"] {
        assert_eq!(unlock(&world, who).code, 0);
    }
    let kept = world.place.path().join("heads.json");
    fs::write(&kept, world.run(&["ledger", "verify", "--json"]).out).unwrap();
    let kept = kept.display().to_string();
    let against = || world.run(&["ledger", "verify", "--against", &kept]);
    assert_eq!(against().code, 0, "{:?}", against());
    // More written later is no harm.
    assert_eq!(unlock(&world, "asmith2").code, 0);
    assert_eq!(against().code, 0, "{:?}", against());
    let second = &files(&world)[1];
    let whole = fs::read_to_string(second).unwrap();
    let cut: String = whole.split_inclusive('\n').take(2).collect();
    // The third file names the heads of the others: without it, nothing in the ledger tells.
    fs::remove_file(&files(&world)[2]).unwrap();
    fs::write(second, &cut).unwrap();
    let alone = world.run(&["ledger", "verify"]);
    assert_eq!(alone.code, 0, "{alone:?}");
    let ran = against();
    assert!(ran.code == 1 && ran.out.contains("shorter than the list of heads saw it"), "{ran:?}");
    fs::remove_file(second).unwrap();
    let ran = against();
    assert!(ran.code == 1 && ran.out.contains("the file is gone"), "{ran:?}");
    fs::write(second, whole).unwrap();
    assert_eq!(against().code, 0);
    fs::write(world.place.path().join("none"), "nothing\n").unwrap();
    let none = world.place.path().join("none").display().to_string();
    assert_eq!(world.run(&["ledger", "verify", "--against", &none]).code, 2);
}

#[test]
fn each_head_reaches_syslog_and_serves_as_the_list() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log");
    let socket = UnixDatagram::bind(&path).unwrap();
    let world = with_sink("syslog", &path, "");
    assert_eq!(unlock(&world, "ada").code, 0);
    let lines = heard(&socket);
    // An intent and an outcome, each the head of its moment.
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("<85>") && lines[0].contains(" unbolt["), "{lines:?}");
    let kept = place.path().join("messages");
    fs::write(&kept, lines.join("\n")).unwrap();
    let ran = world.run(&["ledger", "verify", "--against", kept.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // A head that was cut in the log is not passed over; another program's line is.
    fs::write(&kept, format!("{}\nkernel: {{up}}\n{}", lines[0], &lines[1][..lines[1].len() - 9])).unwrap();
    let ran = world.run(&["ledger", "verify", "--against", kept.to_str().unwrap()]);
    assert!(ran.code == 1 && ran.out.contains("the list of heads:3: a head that can't be read"), "{ran:?}");
    fs::write(&kept, lines.join("\n")).unwrap();
    let file = &files(&world)[0];
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.split_inclusive('\n').take(2).collect::<String>()).unwrap();
    let ran = world.run(&["ledger", "verify", "--against", kept.to_str().unwrap()]);
    assert!(ran.code == 1, "{ran:?}");
}

#[test]
fn the_journal_gets_fields() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("journal");
    let socket = UnixDatagram::bind(&path).unwrap();
    let world = with_sink("journald", &path, "");
    assert_eq!(unlock(&world, "ada").code, 0);
    let last = heard(&socket).pop().unwrap();
    for field in ["MESSAGE=ledger head {", "PRIORITY=5\n", "SYSLOG_IDENTIFIER=unbolt\n", "UNBOLT_SEQ=3\n"] {
        assert!(last.contains(field), "{field}: {last}");
    }
    // As `journalctl -o json` tells it: every field as text.
    let fields: serde_json::Map<String, serde_json::Value> = last
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), serde_json::json!(value)))
        .collect();
    let kept = place.path().join("journal.json");
    fs::write(&kept, serde_json::to_string(&fields).unwrap()).unwrap();
    let verify = || world.run(&["ledger", "verify", "--against", kept.to_str().unwrap()]);
    assert_eq!(verify().code, 0, "{:?}", verify());
    fs::remove_file(&files(&world)[0]).unwrap();
    let ran = verify();
    assert!(ran.code == 1 && ran.out.contains("the file is gone"), "{ran:?}");
}

#[test]
fn a_dead_sink_holds_nothing_up_and_the_next_process_tells_what_it_missed() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log");
    let world = with_sink("syslog", &path, "");
    for who in ["ada", "grace"] {
        assert_eq!(unlock(&world, who).code, 0);
    }
    let socket = UnixDatagram::bind(&path).unwrap();
    assert_eq!(unlock(&world, "asmith2").code, 0);
    let lines = heard(&socket);
    let names: Vec<String> =
        files(&world).iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    for name in &names {
        assert!(lines.iter().any(|line| line.contains(name)), "{name}: {lines:?}");
    }
    // What was copied isn't copied again.
    assert_eq!(unlock(&world, "aobi").code, 0);
    let lines = heard(&socket);
    assert!(lines.iter().all(|line| !names.iter().any(|name| line.contains(name))), "{lines:?}");
}

#[test]
fn where_the_copy_has_to_be_made_nothing_is_sent_without_it() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log");
    let world = with_sink("syslog", &path, "on_sink_failure = \"refuse\"");
    let ran = unlock(&world, "ada");
    assert!(ran.code == 5 && ran.err.contains("on_sink_failure") || ran.out.contains("on_sink_failure"), "{ran:?}");
    assert!(world.unlocks().is_empty());
    let shown = world.run(&["ledger", "show"]);
    assert!(shown.out.contains("on_sink_failure") && shown.out.contains("ada"), "{shown:?}");
    let _socket = UnixDatagram::bind(&path).unwrap();
    assert_eq!(unlock(&world, "ada").code, 0);
}

#[test]
fn a_head_that_waits_is_copied_once_the_sink_is_back() {
    use crate::support::terminal::Terminal;
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log");
    let world = with_sink("syslog", &path, "");
    let config = world.config_path().display().to_string();
    let mut terminal = Terminal::start(world.place.path(), &["--config", &config], (100, 30));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    terminal.wait_to_see("account OK, password OK");
    let socket = UnixDatagram::bind(&path).unwrap();
    let lines = wait_for("the head to be copied", || Some(heard(&socket)).filter(|lines| !lines.is_empty()));
    assert!(lines[0].contains("ledger head"), "{lines:?}");
    terminal.keys("q");
    terminal.exit();
}

#[test]
fn show_and_export_take_filters() {
    let world = World::new();
    for (who, ticket) in [("ada", "INC-1"), ("grace", "INC-2")] {
        assert_eq!(world.run(&["unlock", who, "--yes", "--ticket", ticket]).code, 0);
    }
    let count = |more: &[&str]| {
        let ran = world.run(&[&["ledger", "show", "--json"], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.json().as_array().unwrap().len()
    };
    // Grace has two layers: two requests.
    let cases: [(&[&str], usize); 14] = [
        (&[], 3),
        (&["--person", "ada"], 1),
        (&["--person", "GRACE@acme.test"], 2),
        (&["--person", "a*"], 1),
        (&["--provider", "pingone"], 3),
        (&["--provider", "adaxes"], 0),
        (&["--operator", "nobody-else"], 0),
        (&["--outcome", "unlocked"], 3),
        (&["--outcome", "failed"], 0),
        (&["--since", "1h"], 3),
        (&["--until", "1h"], 0),
        (&["--since", "2026-01-01", "--until", "2099-01-01T00:00Z"], 3),
        (&["--open"], 0),
        (&["--person", "grace", "--outcome", "unlocked"], 2),
    ];
    for (more, expected) in cases {
        assert_eq!(count(more), expected, "{more:?}");
    }
    for (more, words) in
        [(&["--since", "soon"][..], "no moment"), (&["--outcome", "done"], "possible values: unlocked")]
    {
        let ran = world.run(&[&["ledger", "show"], more].concat());
        assert!(ran.code == 2 && ran.err.contains(words), "{ran:?}");
    }
    let all = world.run(&["ledger", "export"]).out;
    let written: String = files(&world).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert_eq!(all, written, "byte for byte");
    let one: Vec<Value> = world
        .run(&["ledger", "export", "--person", "ada"])
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(one.len() == 2 && one.iter().all(|record| record["user"]["name"] == "ada"), "{one:?}");
    let csv = world.run(&["ledger", "export", "--csv", "--person", "grace"]).out;
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.starts_with("at,outcome,ended,operator,provider,username,id,layer,ticket"), "{csv}");
}
