//! What is held up by what, and what isn't.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::terminal::Terminal;
use crate::support::{Ran, World, wait_for};

use super::*;

#[test]
fn what_is_known_is_shown_while_somebody_is_still_asked() {
    let world = World::whole();
    world.add_to_config("total_timeout = \"6s\"");
    world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 5_000, "times": 1}));
    let began = Instant::now();
    let mut child = world.command(&["find", "ada"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 16];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    assert!(began.elapsed() < Duration::from_secs(4), "healthy systems don't wait: {:?}", began.elapsed());
    assert_eq!(&first, b"Ada Lovelace\tada");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!(ran.err.contains("still asking jumpcloud") && ran.out.contains("jumpcloud"), "{ran:?}");
}

#[test]
fn who_leaves_during_an_unanswered_unlock_sends_nothing_more_and_is_told_how_long_it_takes() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    world.fault(json!({"fault": "cut_before", "method": "POST", "match": "/users/"}));
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_to_see("5/5");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
    terminal.keys("q");
    terminal.wait_to_see("waiting for 1 unlock, at most");
    terminal.exit();
    assert_eq!(world.unlocks().len(), 1, "nothing more was sent");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown.as_array().unwrap().len(), 1, "{shown}");
}

#[test]
fn a_question_that_was_superseded_holds_no_place_in_the_queue() {
    let world = World::new();
    world.add_to_config("max_parallel = 1");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    world.fault(json!({"fault": "latency", "ms": 25_000, "match": "/users?"}));
    let asked = || {
        let requests = world.get("/requests");
        let is_search = |one: &&Value| one["path"].as_str().unwrap().ends_with("/users");
        requests.as_array().unwrap().iter().filter(is_search).count()
    };
    let (before, began) = (asked(), Instant::now());
    for (n, letter) in ["g", "r", "a", "c"].into_iter().enumerate() {
        terminal.keys(letter);
        wait_for("the newer question", || (asked() > before + n).then_some(()));
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    terminal.keys("\x03");
    terminal.exit();
}

#[test]
fn a_ledger_that_is_full_is_one_code_whichever_record_found_no_room() {
    let may = rustix::process::geteuid().is_root()
        && std::process::Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success());
    if !may {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test has to be root's, with unshare");
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for left_kib in [0, 4, 8, 16, 24, 32] {
        let world = World::with_people(120);
        let list = locked_list(&world, 12);
        let ledger = world.ledger_dir();
        std::fs::create_dir_all(&ledger).unwrap();
        let own = world.command(&[]);
        let program = format!("{} --config {}", env!("CARGO_BIN_EXE_unbolt"), world.config_path().display());
        let (ledger, list) = (ledger.display(), list.display());
        let plan = world.place.path().join("p.plan");
        let plan = plan.display();
        // A disk of 256 KiB, filled up but for so much once the plan is made.
        let script = format!(
            "mount -t tmpfs -o size=256k,mode=700 tmpfs '{ledger}' && {program} bulk plan '{list}' -o '{plan}' > /dev/null && \
             free=$(df -k --output=avail '{ledger}' | tail -1) && \
             dd if=/dev/zero of='{ledger}/filler' bs=1k count=$((free - {left_kib})) 2> /dev/null; \
             exec {program} bulk run '{plan}' --count 12 --pause 0 --json"
        );
        let mut command = std::process::Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).env_clear();
        command
            .envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        let ran = Ran::from(command.stdin(Stdio::null()).output().unwrap());
        let done = world.unlocks().iter().filter(|one| one["carried_out"] == true).count();
        assert!(ran.err.contains("ledger") || ran.code == 0, "{left_kib}: {ran:?}");
        let expected = match done {
            0 => 5,
            12 if ran.code == 0 => 0,
            _ => 3,
        };
        assert_eq!(ran.code, expected, "{left_kib} KiB, {done} done: {ran:?}");
        seen.insert(ran.code);
    }
    assert!(seen.contains(&5) && seen.contains(&3), "{seen:?}");
}
