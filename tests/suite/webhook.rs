//! The receiver of Macs' answers: what it refuses, who receives, what a new enrolment ends, and what is closed by hand.

use serde_json::json;

use crate::macs::{Receiver, open, post, signature, unlock, unlock_beside, world};
use crate::support::Ran;

#[test]
fn refused_events_are_counted_told_and_seen_by_check() {
    let world = world();
    let receiver = Receiver::start(&world);
    for _ in 0..3 {
        assert_eq!(post(&world, "/mdm/macs", "X-Hmac-Signature: AAAA\r\n", "{}"), 404);
    }
    assert!(receiver.hears("was refused").contains("webhook key"), "told once");
    receiver.end();
    let check = world.run(&["check", "--provider", "macs"]);
    assert!(check.out.contains("3 events without a valid signature or secret were refused"), "{check:?}");
    let records = world.run(&["ledger", "export"]).out;
    assert_eq!(records.matches("\"webhook_refused\"").count(), 1, "at most one record an hour");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}

#[test]
fn an_unlock_beside_the_receiver_raises_no_false_alarm() {
    let world = world();
    let receiver = Receiver::start(&world);
    let (ran, result) = unlock(&world, "ada", &["--wait", "20"]);
    assert_eq!(result["outcome"], "acknowledged", "{ran:?}");
    assert!(!ran.err.contains("can't be received"), "{ran:?}");
    let second = Ran::from(world.command(&["webhook"]).output().unwrap());
    assert!(second.code == 1 && second.err.contains("another unbolt receives"), "{second:?}");
    receiver.end();
}

#[test]
fn a_new_enrolment_ends_what_waited_in_the_cleared_queue() {
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    assert_eq!(result["outcome"], "accepted");
    let device = world.person("grace")["mac"]["udid"].as_str().unwrap().to_owned();
    let receiver = Receiver::start(&world);
    let enrolled = |at: &str, device: &str| {
        let body =
            json!({"topic": "mdm.Authenticate", "event_id": at, "created_at": at, "checkin_event": {"udid": device}});
        post(&world, "/mdm/macs", &signature(&world, &body.to_string()), &body.to_string())
    };
    // An enrolment before it, and another Mac's, say nothing of it.
    assert_eq!(enrolled("2026-01-01T00:00:00Z", &device), 200);
    assert_eq!(enrolled("2099-01-01T00:00:00Z", "A0B1C2D3-0001-4000-8000-00000000AA01"), 200);
    assert_eq!(open(&world).len(), 1);
    assert_eq!(enrolled("2099-01-01T00:00:00Z", &device), 200);
    receiver.hears("enrolled anew");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!((open(&world).len(), shown[0]["outcome"].as_str()), (0, Some("failed")), "{shown}");
    receiver.end();
}

#[test]
fn what_nobody_can_tell_any_more_is_closed_by_hand_with_a_reason() {
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    let intent = result["intent"].as_str().unwrap().to_owned();
    let (again, _) = unlock(&world, "grace", &["--wait", "1"]);
    assert!(again.code == 5 && again.err.contains("still waits") && again.err.contains(&intent), "{again:?}");
    assert_eq!(open(&world).len(), 1, "nothing was sent");
    let (again, result) = unlock_beside(&world, "grace", &["--wait", "1"]);
    assert!(again.code == 6 && result.to_string().contains("this is a second one"), "{again:?}");
    // Beside one it goes knowingly; the other one is named in its turn.
    let (third, _) = unlock(&world, "grace", &["--wait", "1"]);
    assert!(third.code == 5 && open(&world).len() == 2, "{third:?}");
    assert_eq!(world.run(&["ledger", "resolve"]).code, 6, "all of it still waits");
    assert_eq!(world.run(&["ledger", "close", &intent, "--reason", " "]).code, 2);
    assert_eq!(world.run(&["ledger", "close", "00000000-0000-7000-8000-000000000000", "--reason", "x"]).code, 1);
    let closed = world.run(&["ledger", "close", &intent, "--reason", "the Mac was scrapped"]);
    assert_eq!(closed.code, 0, "{closed:?}");
    let shown = world.run(&["ledger", "show"]);
    assert!(shown.out.contains("closed") && shown.out.contains("the Mac was scrapped"), "{shown:?}");
    assert_eq!(open(&world).len(), 1, "the second one is still open");
    assert_eq!(world.run(&["ledger", "close", &intent, "--reason", "twice"]).code, 1);
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}
