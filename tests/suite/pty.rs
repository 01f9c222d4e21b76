//! The real binary in a real pseudo-terminal.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use portable_pty::PtySize;

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

/// What the terminal is told when the program takes and gives it back.
const TAKEN: &str = "\x1b[?1049h";
const GIVEN_BACK: &str = "\x1b[?1049l";
const F12: &str = "\x1b[24~";

fn demo(place: &Path) -> Terminal {
    let terminal = Terminal::start(place, &["demo"], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal
}

#[test]
fn the_demo_does_the_main_job_and_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_to_see("5 of 5 bad");
    terminal.keys("\x1b[H");
    terminal.wait_to_see("locked: bad passwords (account and password)");
    terminal.keys("u");
    terminal.wait_to_see("Unlock this account?");
    terminal.keys("y");
    terminal.wait_to_see("account OK, password OK");
    terminal.wait_to_see("Ada Lovelace in pingone: unlocked");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.raw().contains(GIVEN_BACK));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn the_terminal_is_given_back_after_a_panic_and_the_reason_told() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys(F12);
    assert_eq!(terminal.exit(), 1);
    let raw = wait_for("the reason", || terminal.raw().contains("a part of unbolt broke").then(|| terminal.raw()));
    let (before, after) = raw.rsplit_once(GIVEN_BACK).unwrap();
    assert!(before.contains(TAKEN));
    assert!(after.contains("the panic key was pressed"), "told on the main screen: {after:?}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn the_terminal_is_given_back_after_each_signal() {
    use rustix::process::Signal;
    for signal in [Signal::HUP, Signal::TERM, Signal::INT, Signal::QUIT] {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        terminal.signal(signal);
        assert_eq!(terminal.exit(), 130, "{signal:?}");
        let raw = wait_for("the reason", || terminal.raw().contains("ended by a signal").then(|| terminal.raw()));
        assert!(raw.contains(GIVEN_BACK), "{signal:?}");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "{signal:?}");
    }
}

#[test]
fn a_dropped_session_ends_the_program() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    // The reader holds the terminal too: it lets go with the next bytes.
    terminal.closing.store(true, Ordering::SeqCst);
    terminal.keys("x");
    drop(terminal.writer.take());
    drop(terminal.master.take());
    let ended = std::time::Instant::now();
    wait_for("the end", || terminal.child.try_wait().unwrap());
    assert!(ended.elapsed() < Duration::from_secs(5));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn nothing_is_asked_of_the_terminal_at_the_start() {
    let place = tempfile::tempdir().unwrap();
    let terminal = demo(place.path());
    let raw = terminal.raw();
    for query in ["\x1b[6n", "\x1b[c", "\x1b[>c", "\x1b]10;?", "\x1b]11;?", "\x1b[?u", "\x1b[?1000h", "\x1b[?1006h"] {
        assert!(!raw.contains(query), "{query:?}");
    }
}

#[test]
fn idle_is_silent_and_every_frame_is_one_synchronized_block() {
    let world = World::with_people(5_000);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    let rest = terminal.wait_for_rest();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(terminal.written(), rest, "idle writes nothing");
    terminal.keys("x");
    terminal.wait_for_rest();
    let raw = terminal.raw();
    let frames = &raw[raw.find("\x1b[?2026h").unwrap()..];
    for block in frames.split("\x1b[?2026h").skip(1) {
        assert!(block.ends_with("\x1b[?2026l"), "bytes outside a frame: {block:?}");
    }
}

#[test]
fn a_cursor_key_is_cheap() {
    let world = World::with_people(5_000);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x1b");
    let mut before = terminal.wait_for_rest();
    let mut within_page = Vec::new();
    for _ in 0..8 {
        terminal.keys("j");
        // The frame of the key itself; the status pane follows later, after a rest.
        let after = wait_for("the frame", || (terminal.written() > before).then(|| terminal.written()));
        within_page.push(after - before);
        before = terminal.wait_for_rest();
    }
    assert!(within_page.iter().all(|bytes| *bytes <= 140), "{within_page:?}");
    // 200 keys that come one by one but without a rest in between: no status pane follows.
    let start = terminal.written();
    for n in 0..200 {
        terminal.keys("j");
        let seen = terminal.written();
        wait_for("the frame", || (terminal.written() > seen).then_some(()));
        let _ = n;
    }
    let mean = (terminal.written() - start) / 200;
    assert!(mean <= 250, "{mean} bytes a key on average");
}

#[test]
fn a_resize_clears_and_draws_in_one_block() {
    let place = tempfile::tempdir().unwrap();
    let terminal = demo(place.path());
    terminal.wait_for_rest();
    let before = terminal.written();
    let size = PtySize { rows: 30, cols: 110, pixel_width: 0, pixel_height: 0 };
    terminal.master.as_ref().unwrap().resize(size).unwrap();
    wait_for("the new frame", || (terminal.written() > before).then_some(()));
    terminal.wait_for_rest();
    let raw = terminal.raw();
    let new = &raw[before..];
    assert!(new.starts_with("\x1b[?2026h\x1b[2J"), "{:?}", &new[..40.min(new.len())]);
}

#[test]
fn a_split_escape_sequence_is_one_key() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys("a");
    terminal.wait_to_see("> a");
    for byte in ["\x1b", "[", "B"] {
        terminal.keys(byte);
        std::thread::sleep(Duration::from_millis(15));
    }
    terminal.wait_for_rest();
    assert!(terminal.screen().contains("> a "), "no letters were typed: {}", terminal.screen());
    assert!(!terminal.screen().contains("> a["), "{}", terminal.screen());
}

#[test]
fn what_an_earlier_process_left_open_is_looked_at_when_the_program_starts() {
    use serde_json::json;
    let world = World::new();
    world.fault(json!({"fault": "latency", "ms": 2_000, "method": "POST", "match": "/users/"}));
    let mut child = world.command(&["unlock", "ada", "--yes"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    world.fault(json!({"fault": "clear"}));
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("left open earlier: ada in pingone: unlocked");
    assert_eq!(world.unlocks().len(), 1, "looked at, not sent again");
}

#[test]
fn in_the_demo_adas_mac_is_followed_to_its_own_answer() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(place.path(), &["demo"], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_to_see("no count");
    // From the first account to the last one, which is the Mac.
    terminal.keys("\x1b[F");
    terminal.wait_to_see("id A0B1C2D3");
    terminal.keys("u");
    terminal.wait_to_see("own answer is the only proof");
    terminal.keys("y");
    terminal.wait_to_see("Ada Lovelace in macs: acknowledged");
    let screen = terminal.screen();
    let places: Vec<usize> = ["recorded  ", "queued  ", "pushed  ", "not_now  ", "acknowledged the Mac"]
        .iter()
        .map(|state| screen.find(state).unwrap_or_else(|| panic!("no {state}: {screen}")))
        .collect();
    assert!(places.is_sorted(), "{screen}");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_waiting_mac_holds_nobody_up_and_is_listed_at_the_next_start() {
    use serde_json::json;
    let world = World::only("macs");
    let path = world.config_path();
    let arguments = ["--config", path.to_str().unwrap()];
    let mut terminal = Terminal::start(world.place.path(), &arguments, (100, 30));
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("grace");
    terminal.wait_to_see("> grace");
    terminal.keys("\r");
    terminal.wait_to_see("no count");
    terminal.keys("u");
    terminal.wait_to_see("Unlock this account?");
    terminal.keys("y");
    terminal.wait_to_see("pushed");
    // It waits; the operator leaves at once, and its state is in the ledger.
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).json()[0]["outcome"], "accepted");
    let mut terminal = Terminal::start(world.place.path(), &arguments, (100, 30));
    terminal.wait_to_see("left open earlier: ghopper in macs: accepted");
    // The screen receives what the Mac answers now, and closes it.
    world.mac("grace", json!({"asleep": false, "comes": true}));
    terminal.wait_to_see("ghopper in macs: the Mac answers Acknowledged: acknowledged");
    terminal.keys("\x03");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]");
}

#[test]
fn a_list_is_pasted_edited_frozen_and_run_by_keys_alone() {
    let world = World::with_people(120);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    // Several pasted lines are a list, wherever they come; nothing is submitted by them.
    terminal.keys("\x1b[200~ada\nnobody\nfrontdesk@acme.test\nlinus\nada\n\x1b[201~");
    terminal.wait_to_see("1 ambiguous");
    terminal.wait_to_see("5 of 5");
    // The odd one stands on top: choose who is meant.
    terminal.keys("c");
    terminal.wait_to_see("Which account is meant?");
    terminal.keys("\x1b[B");
    terminal.wait_for_rest();
    terminal.keys("y");
    terminal.wait_to_see("Bulk list · 2 unlock · 1 duplicate · 1 not found");
    // Take out the one that doesn't exist, and one that does; put that back.
    terminal.keys("/");
    terminal.keys("nobody");
    terminal.wait_to_see("1 of 5");
    terminal.keys("\r");
    terminal.keys("x");
    terminal.wait_to_see("1 dropped");
    terminal.keys("/\x15");
    terminal.wait_to_see("5 of 5");
    terminal.keys("linus");
    terminal.wait_to_see("1 of 5");
    terminal.keys("\r");
    terminal.keys("x");
    terminal.wait_to_see("2 dropped");
    terminal.keys("x");
    terminal.wait_to_see("1 dropped");
    terminal.keys("/\x15\r");
    terminal.wait_to_see("5 of 5");
    // One more from the desk.
    terminal.keys("1/grace");
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("\r");
    terminal.wait_to_see("grace@acme.test");
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    terminal.keys(" ");
    terminal.wait_to_see("1 marked");
    terminal.keys("B");
    terminal.wait_to_see("6 of 6");
    terminal.wait_to_see("grace");
    // Saved as a list that can be opened again.
    let saved = world.place.path().join("saved.csv");
    terminal.keys("s");
    terminal.wait_to_see("Save the list");
    terminal.keys(saved.to_str().unwrap());
    terminal.keys("\r");
    terminal.wait_to_see("saved to");
    let text = std::fs::read_to_string(&saved).unwrap();
    assert!(text.lines().count() == 6 && !text.contains("nobody"), "{text}");
    assert!(world.unlocks().is_empty());
    terminal.keys("g");
    terminal.wait_to_see("3 accounts will be unlocked");
    terminal.keys("y");
    terminal.wait_to_see("[####################] 3 of 3");
    terminal.wait_to_see("3 unlocked");
    terminal.keys("R");
    terminal.wait_to_see("no row has failed");
    // What is run can't be edited any more; a new list can be begun.
    terminal.keys("x");
    terminal.wait_to_see("N begins a new one");
    terminal.keys("N");
    terminal.wait_to_see("o opens a list");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert!(
        world
            .run(&["ledger", "show", "--json"])
            .json()
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["outcome"] == "unlocked")
    );
}

#[test]
fn a_run_is_paused_stopped_and_gone_on_with_by_keys() {
    use serde_json::json;
    let world = World::with_people(200);
    let mut names = Vec::new();
    for person in world.get("/world")["people"].as_array().unwrap() {
        if person["story"].is_null() && person["pingone"]["enabled"] == true && names.len() < 40 {
            world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
            names.push(person["username"].as_str().unwrap().to_owned());
        }
    }
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    terminal.keys("3");
    terminal.wait_to_see("o opens a list");
    terminal.keys("o");
    terminal.wait_to_see("Open a list");
    terminal.keys(list.to_str().unwrap());
    terminal.keys("\r");
    terminal.wait_to_see("40 of 40");
    world.fault(json!({"fault": "latency", "ms": 60}));
    terminal.keys("g");
    terminal.wait_to_see("Type the number of accounts to begin: 40");
    terminal.wait_to_see("ALARM: 40 of these accounts were locked within ten minutes");
    terminal.keys("4\r");
    terminal.wait_to_see("that is not the number");
    terminal.keys("0\r");
    terminal.wait_to_see("1 unlocked");
    terminal.keys("p");
    terminal.wait_to_see("paused");
    let before = world.unlocks().len();
    terminal.keys("p");
    wait_for("more unlocks", || (world.unlocks().len() > before).then_some(()));
    terminal.keys("X");
    terminal.wait_to_see(" not done ");
    let stopped = world.unlocks().len();
    assert!(stopped < 40, "{stopped}");
    world.fault(json!({"fault": "clear"}));
    terminal.keys("p");
    terminal.wait_to_see("G goes on with it");
    terminal.keys("G");
    terminal.wait_to_see("Go on with this run?");
    terminal.keys("y");
    terminal.wait_to_see("[####################] 40 of 40");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.unlocks().len(), 40, "each once");
}
