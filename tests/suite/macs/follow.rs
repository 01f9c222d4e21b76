//! A Mac's unlock is followed to the Mac's own answer.

use serde_json::json;

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

use super::*;

#[test]
fn adas_mac_is_followed_through_not_now_to_its_own_answer() {
    let world = world();
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    assert_eq!(
        states(&result),
        ["asked", "read", "recorded", "sent", "queued", "pushed", "not_now", "acknowledged", "ended"]
    );
    assert!(result.to_string().contains("webhook, signed"), "the record says how it is known");
    assert_eq!(world.person("ada")["mac"]["locked"], false);
    assert!(open(&world).is_empty());
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["lock"]["state"], "not_reported");
    assert_eq!(account["bad_logins"]["qualifier"], "not_reported");
}

#[test]
fn a_sleeping_mac_is_left_waiting_and_a_later_webhook_closes_it() {
    let world = world();
    let (ran, result) = unlock(&world, "grace", &["--wait", "1"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (6, Some("accepted")), "{ran:?}");
    assert!(result["problem"]["next"].as_str().unwrap().contains("unbolt webhook"));
    assert_eq!(open(&world)[0]["outcome"], "accepted");
    // Nobody can be asked about it: it still waits.
    let resolved = world.run(&["ledger", "resolve", "--json"]);
    assert_eq!(resolved.json()[0]["outcome"], "accepted", "{resolved:?}");
    let receiver = ReceiverGuard::start(&world);
    world.mac("grace", json!({"asleep": false, "comes": true}));
    let line = receiver.hears("ghopper");
    assert_eq!(line, "ghopper in macs: the Mac answers Acknowledged: acknowledged");
    assert!(open(&world).is_empty());
    assert!(receiver.end().contains("1 answers"));
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "acknowledged");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}

#[test]
fn a_screen_opened_later_learns_what_the_receiver_heard() {
    let world = world();
    unlock(&world, "grace", &["--wait", "1"]);
    // The receiver of somebody else's process has it in the ledger; its own outcome is still to be written.
    let receiver = ReceiverGuard::start(&world);
    world.mac("grace", json!({"asleep": false, "comes": true, "script": ["not_now", "not_now"]}));
    receiver.hears("NotNow");
    let line = receiver.hears("Acknowledged");
    assert!(line.contains("acknowledged"), "{line}");
    drop(receiver);
    assert_eq!(world.run(&["ledger", "resolve"]).err.trim(), "unbolt: no outcome is unknown");
}

#[test]
fn a_mac_that_errs_says_so_with_its_chain_and_what_to_do() {
    let world = world();
    let (ran, result) = unlock(&world, "alan", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (1, Some("failed")));
    assert!(states(&result).contains(&"device_error"));
    let problem = &result["problem"];
    assert!(problem["why"].as_str().unwrap().contains("SimulatedErrorDomain 12031"), "{problem}");
    for words in ["DeviceLockAndRemovePasscode", "enrolled by its user", "supervised"] {
        assert!(problem["next"].as_str().unwrap().contains(words), "{problem}");
    }
    world.mac("alan", json!({"script": ["format_error"]}));
    assert!(states(&unlock(&world, "alan", &[]).1).contains(&"format_error"));
    world.mac("alan", json!({"script": ["strange"]}));
    let (ran, result) = unlock(&world, "alan", &["--wait", "5"]);
    assert!(ran.code == 6 && result.to_string().contains("an answer of unknown kind: `Postponed`"), "{result}");
}

#[test]
fn a_push_that_failed_is_told_and_the_mac_gets_it_when_it_comes() {
    let world = world();
    let (ran, result) = unlock(&world, "linus", &["--wait", "1"]);
    assert_eq!(ran.code, 6);
    assert!(states(&result).contains(&"push_failed") && result.to_string().contains("410"), "{result}");
    world.mac("linus", json!({"push": "unreachable"}));
    let (_, result) = unlock_beside(&world, "linus", &["--wait", "1"]);
    assert!(result.to_string().contains("api.push.apple.com/3/device/[token]"), "{result}");
    for file in world.ledger_files() {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.contains("a1a1a1a1"), "a push token in the ledger");
    }
    let receiver = ReceiverGuard::start(&world);
    world.mac("linus", json!({"comes": true}));
    receiver.hears("acknowledged");
    receiver.hears("acknowledged");
    assert!(open(&world).is_empty(), "both were carried out");
}

#[test]
fn an_answer_to_another_unlock_is_never_taken_for_this_ones() {
    let world = world();
    world.use_mdm("iru", "total_timeout = \"2s\"\n");
    world.mac("ada", json!({"asleep": true, "script": ["error"]}));
    assert_eq!(unlock(&world, "ada", &["--wait", "1"]).0.code, 6);
    world.mac("ada", json!({"asleep": false, "comes": true}));
    wait_for("the Mac", || (world.person("ada")["mac"]["commands"][0]["status"] == "Error").then_some(()));
    // Longer than the time in which Iru's answer can be that of the first one: its time-out, and two seconds of two clocks.
    std::thread::sleep(std::time::Duration::from_millis(4_500));
    assert_eq!(unlock(&world, "ada", &[]).1["outcome"], "acknowledged");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "failed", "the first one was settled by its own answer: {shown}");
}

#[test]
fn a_macs_recorded_word_is_read_before_anybody_settles_it() {
    let world = world();
    assert_eq!(unlock(&world, "ada", &[]).0.code, 0);
    // Killed after the answer was recorded, and before its outcome was.
    for path in world.ledger_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (kept, last) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(last.contains("\"acknowledged\""), "the outcome is the last line: {last}");
        std::fs::write(&path, format!("{kept}\n")).unwrap();
    }
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert!(shown[0]["outcome"] == "acknowledged" && shown[0]["ended"].is_string(), "{shown}");
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]");
    assert_eq!(world.run(&["ledger", "resolve"]).code, 0);
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "acknowledged");
    let texts = world.ledger_files().into_iter().map(|file| std::fs::read_to_string(file).unwrap());
    let lines: usize = texts.map(|text| text.matches("\"acknowledged\"").count()).sum();
    assert!(lines > 0, "and its outcome is recorded now");
}

#[test]
fn the_head_of_an_unlock_says_what_it_waits_for_however_long_the_id_is() {
    let world = World::only("macs");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("not reported");
    terminal.keys("grace");
    terminal.wait_to_see("> grace");
    terminal.keys("\r");
    terminal.wait_for_answers();
    terminal.wait_to_see("– not reported");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    terminal.wait_to_see("waiting for the Mac");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
}
