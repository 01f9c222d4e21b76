//! The receiver of Macs' answers: what it refuses, who receives, what a new enrolment ends, and what is closed by hand.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::macs::{ReceiverGuard, open, post, signature, unlock, unlock_beside, world};
use crate::support::Ran;

#[test]
fn refused_events_are_counted_told_and_seen_by_check() {
    let world = world();
    let receiver = ReceiverGuard::start(&world);
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

/// A receiver with no more descriptors than usual.
fn usual_receiver(world: &crate::support::World) -> ReceiverGuard {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 1024; exec \"$0\" --config \"$1\" webhook", env!("CARGO_BIN_EXE_unbolt")]);
    command.arg(world.config_path()).env("HOME", world.place.path());
    command.env("XDG_STATE_HOME", world.place.path().join("state"));
    ReceiverGuard::run(command)
}

/// Opens connections and sends what begins a request, as fast as it goes; none of them is read from.
fn half_sent(world: &crate::support::World, count: usize, head: &str, body: usize) -> Vec<std::net::TcpStream> {
    use std::io::Write as _;
    let port = world.get("/webhooks")["port"].clone();
    let address: std::net::SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let filled = vec![b'x'; body];
    let open = |_| {
        let mut stream = std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5)).ok()?;
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        // Whoever is turned away in the middle isn't missed.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&filled));
        Some(stream)
    };
    (0..count).filter_map(open).collect()
}

#[test]
fn half_sent_and_large_requests_keep_out_no_answer_and_take_little_memory() {
    let (soft, hard) = (rustix::process::getrlimit(rustix::process::Resource::Nofile), 4_096);
    let most = rustix::process::Rlimit { current: Some(soft.maximum.unwrap_or(hard).min(hard)), ..soft };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, most).unwrap();
    let world = world();
    let receiver = usual_receiver(&world);
    let before = receiver.resident();
    let answered = || {
        let body =
            json!({"topic": "mdm.TokenUpdate", "event_id": "1", "created_at": "2026-01-01T00:00:00Z"}).to_string();
        let began = Instant::now();
        assert_eq!(post(&world, "/mdm/macs", &signature(&world, &body), &body), 200);
        began.elapsed()
    };
    let first = answered();
    // No secret is needed for these.
    let head = "POST /mdm/macs HTTP/1.1\r\nHost: x\r\nX-Hmac-Signature: AAAA\r\nContent-Length: 2000000\r\n\r\n";
    let half = half_sent(&world, 1_100, head, 10);
    let beside = answered();
    let large = half_sent(&world, 300, head, 1_990_000);
    let last = answered();
    // These machines are noisy: the bound is far from what it would be without care, which is never.
    let slowest = [first, beside, last].into_iter().max().unwrap();
    assert!(slowest < Duration::from_secs(3), "{first:?}, {beside:?}, {last:?}");
    let grown = receiver.resident().saturating_sub(before);
    assert!(grown < 64 * 1024 * 1024, "{grown} bytes more");
    // Unlocks go on, and the Mac's own answer is heard.
    let (ran, result) = unlock(&world, "ada", &["--wait", "20"]);
    assert_eq!(result["outcome"], "acknowledged", "{ran:?}");
    drop((half, large));
    receiver.end();
}

#[test]
fn whoever_cannot_be_a_server_of_ours_has_no_body_read() {
    use std::io::{Read as _, Write as _};
    let world = world();
    let receiver = ReceiverGuard::start(&world);
    let port = world.get("/webhooks")["port"].clone();
    for head in ["POST /mdm/macs HTTP/1.1", "POST /mdm/others HTTP/1.1", "POST / HTTP/1.1"] {
        let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(format!("{head}\r\nHost: x\r\nContent-Length: 1000\r\n\r\n").as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 404", "answered before the body came: {head}");
    }
    receiver.end();
}

#[test]
fn an_unlock_beside_the_receiver_raises_no_false_alarm() {
    let world = world();
    let receiver = ReceiverGuard::start(&world);
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
    let receiver = ReceiverGuard::start(&world);
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
