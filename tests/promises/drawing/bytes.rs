//! Promises 2 and 4: how many bytes a key costs.

use std::process::Command;
use std::time::Duration;

use portable_pty::CommandBuilder;

use crate::on;
use crate::support::terminal::Terminal;
use crate::support::{World, attempts, wait_for};

/// What fzf 0.38 wrote for each letter where none is installed to ask; the list is the same every time.
pub(super) const WORDS: [(&str, &[usize]); 6] = [
    ("mar", &[3_859, 4_412, 5_317]),
    ("v", &[3_855]),
    ("q", &[3_949]),
    ("da", &[3_859, 4_448]),
    ("f", &[3_897]),
    ("t", &[3_864]),
];

/// Each letter with everything that it leads to: its own frame, the status pane that follows, and the answers.
#[test]
fn p04_a_typed_letter_costs_at_most_four_tenths_of_what_fzf_writes() {
    let world = World::with_people(5_000);
    let list = world.place.path().join("names");
    let people = world.get("/world");
    let names = people["people"].as_array().unwrap().iter().filter(|one| one["pingone"].is_object()).map(|one| {
        let [given, family, username] = ["given", "family", "username"].map(|key| one[key].as_str().unwrap());
        format!("{given} {family} {username}\n")
    });
    std::fs::write(&list, names.collect::<String>()).unwrap();
    let has_fzf = Command::new("fzf").arg("--version").output().is_ok_and(|ran| ran.status.success());
    assert!(has_fzf || std::env::var_os("TEST_ALL_TOOLS").is_none(), "fzf has to be there");
    // Where this machine is busy, a slow answer turns the spinner: that isn't the letter's.
    let is_cheap = |(word, recorded): (&str, &[usize])| {
        let mut ours = on(&world, (120, 40));
        let mut theirs = has_fzf.then(|| {
            let mut command = CommandBuilder::new("/bin/sh");
            command.args(["-c", &format!("exec fzf < '{}'", list.display())]);
            let theirs = Terminal::run(world.place.path(), command, &[], (120, 40));
            theirs.wait_to_see("5000/5000");
            theirs
        });
        let costs = word.chars().zip(recorded).map(|(letter, recorded)| {
            (letter, cost(&mut ours, letter), theirs.as_mut().map_or(*recorded, |theirs| cost(theirs, letter)))
        });
        let dear: Vec<(char, usize, usize)> = costs.filter(|(_, own, other)| own * 10 > other * 4).collect();
        if dear.is_empty() { Ok(()) } else { Err(format!("of `{word}`: letter, unbolt's bytes, fzf's: {dear:?}")) }
    };
    for word in WORDS {
        attempts(6, || is_cheap(word));
    }
}

/// The bytes from a letter to the last answer.
pub(super) fn cost(terminal: &mut Terminal, letter: char) -> usize {
    let before = terminal.wait_for_rest();
    terminal.keys(&letter.to_string());
    terminal.wait_for_answers() - before
}

#[test]
fn p02_idle_is_silent_and_every_frame_is_one_synchronized_block() {
    let world = World::with_people(5_000);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    let rest = terminal.wait_for_answers();
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
fn p04_cursor_key_bytes() {
    let world = World::with_people(5_000);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x1b");
    terminal.wait_for_answers();
    // Where this machine is busy, the status pane is there before anybody has looked: then once more from where it was.
    for _ in 0..8 {
        let mut costs = Vec::new();
        while costs.last().is_none_or(|cost| *cost > 140) {
            assert!(costs.len() < 5, "within the page, more than 140 bytes: {costs:?}");
            if !costs.is_empty() {
                moved(&mut terminal, "k");
            }
            costs.push(moved(&mut terminal, "j"));
        }
    }
    // 200 keys that come one by one without a rest in between, so that no status pane follows.
    let mut means = Vec::new();
    while means.last().is_none_or(|mean| *mean > 250) {
        assert!(means.len() < 3, "more than 250 bytes a key on average: {means:?}");
        let start = terminal.written();
        for _ in 0..200 {
            let before = terminal.written();
            terminal.keys("j");
            wait_for("the frame", || (!terminal.frames_since(before).is_empty()).then_some(()));
        }
        means.push((terminal.written() - start) / 200);
    }
}

/// What is written between a key and its frame; the status pane follows later, after a rest, and is waited for.
pub(super) fn moved(terminal: &mut Terminal, key: &str) -> usize {
    let title = |terminal: &Terminal| terminal.screen().lines().nth(1).map(str::to_owned);
    let (before, was) = (terminal.written(), title(terminal));
    terminal.keys(key);
    wait_for("the frame", || (!terminal.frames_since(before).is_empty()).then_some(()));
    let cost = terminal.written() - before;
    wait_for("the status pane", || (title(terminal) != was).then_some(()));
    terminal.wait_for_answers();
    cost
}
