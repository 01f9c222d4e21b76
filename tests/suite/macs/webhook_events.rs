//! Events that the receiver takes, and those that it doesn't believe.

use serde_json::json;

use crate::support::Ran;
use crate::support::terminal::Terminal;

use super::*;

#[test]
fn forged_repeated_contradicting_and_senseless_events_change_nothing() {
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    let command = result["intent"].as_str().unwrap().to_uppercase();
    let device = world.person("grace")["mac"]["udid"].as_str().unwrap().to_owned();
    let receiver = ReceiverGuard::start(&world);
    let real = event(&device, &command, "Acknowledged");
    let signed = |body: &str| post(&world, "/mdm/macs", &signature(&world, body), body);
    // Without the key there is nothing here at all.
    assert_eq!(post(&world, "/mdm/macs", "", &real), 404);
    assert_eq!(post(&world, "/mdm/macs", "X-Hmac-Signature: AAAA\r\n", &real), 404);
    assert_eq!(post(&world, "/mdm/macs", &signature(&world, "another body"), &real), 404);
    assert_eq!(post(&world, "/mdm/macs/secret", &signature(&world, &real), &real), 404);
    assert_eq!(post(&world, "/mdm/others", &signature(&world, &real), &real), 404);
    assert_eq!(open(&world).len(), 1, "nothing of this was believed");
    let unknown = event(&device, "6936EFCB-2625-4AE1-9AE4-B81D0AD0D497", "Acknowledged");
    assert_eq!(signed(&unknown), 200, "another tool's command is none of ours");
    assert_eq!(signed("{\"acknowledge_event\":"), 400);
    let huge = " ".repeat(3 * 1024 * 1024);
    assert_eq!(signed(&huge), 413);
    let other = event("A0B1C2D3-0001-4000-8000-00000000AA01", &command, "Acknowledged");
    assert_eq!(signed(&other), 200);
    assert!(receiver.hears("contradicts").contains("not believed"), "another Mac's answer");
    assert_eq!(open(&world).len(), 1);
    let later = event(&device, &command, "NotNow");
    assert_eq!((signed(&later), signed(&later)), (200, 200), "the same event twice");
    assert_eq!(signed(&event(&device, &command, "Error")), 200);
    receiver.hears(": failed");
    assert_eq!((signed(&real), open(&world).len()), (200, 0), "the first last word stands");
    assert!(receiver.hears("Acknowledged").contains("contradicts"));
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "failed");
    assert_eq!(shown[0]["contradicted"], "Acknowledged", "what was said against it stands beside it: {shown}");
    assert!(world.run(&["ledger", "show"]).out.contains("the Mac also answered Acknowledged"));
    assert!(world.run(&["ledger", "export", "--csv"]).out.lines().any(|line| line.ends_with(",Acknowledged")));
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("\t4");
    terminal.wait_to_see("failed ?");
    terminal.wait_to_see("contradicted: the Mac also answered Acknowledged");
    terminal.keys("\x03");
    assert_eq!(terminal.exit(), 0);
    let counts = receiver.end();
    assert_eq!(
        counts,
        "unbolt: 2 answers, 0 other events, 1 of unknown commands, 1 repeated, 2 contradictions, 1 unreadable, 5 refused"
    );
}

#[test]
fn the_key_and_the_users_secrets_stand_nowhere() {
    let world = world();
    world.use_mdm("micromdm", "");
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    let found = world.run(&["find", "ada", "--json"]);
    assert!(found.out.contains("Managed user"), "the user channel was asked: {found:?}");
    let mut all = format!("{ran:?}{found:?}");
    for file in world.ledger_files() {
        all.push_str(&std::fs::read_to_string(file).unwrap());
    }
    for secret in ["SIMULATED-AUTH-TOKEN", "U0lNVUxBVEVELUhBU0g", "sim-macs-key"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn a_weak_or_open_webhook_is_refused() {
    let world = world();
    world.use_mdm("micromdm", "");
    std::fs::write(format!("{}.macs.path.secret", world.config_path().display()), "too-short").unwrap();
    let ran = Ran::from(world.command(&["webhook"]).output().unwrap());
    assert!(ran.code == 1 && ran.err.contains("256 bits"), "{ran:?}");
    let text = world.config_text().replace("listen = \"127.0.0.1", "listen = \"0.0.0.0");
    std::fs::write(world.config_path(), text).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("in the clear"), "{ran:?}");
}

#[test]
fn an_answer_is_kept_even_when_its_sender_hangs_up() {
    use std::io::Write as _;
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    let command = result["intent"].as_str().unwrap().to_uppercase();
    let device = world.person("grace")["mac"]["udid"].as_str().unwrap().to_owned();
    let receiver = ReceiverGuard::start(&world);
    // Looking at the account afterwards takes its time; nobody waits for the answer.
    world.fault_of("macs", json!({"fault": "latency", "ms": 700, "match": "/version"}));
    let body = event(&device, &command, "Acknowledged");
    let port = world.get("/webhooks")["port"].as_u64().unwrap();
    let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(
        stream,
        "POST /mdm/macs HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{body}",
        signature(&world, &body),
        body.len()
    )
    .unwrap();
    drop(stream);
    receiver.hears("acknowledged");
    assert!(open(&world).is_empty());
}

#[test]
fn what_was_sent_whole_is_taken_however_soon_its_sender_hangs_up() {
    use std::io::Write as _;
    let world = world();
    let receiver = ReceiverGuard::start(&world);
    let port = world.get("/webhooks")["port"].as_u64().unwrap();
    // Of each of these something is said.
    let body = "{\"acknowledge_event\":";
    let head = format!("POST /mdm/macs HTTP/1.1\r\nHost: x\r\n{}", signature(&world, body));
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    for _ in 0..200 {
        let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
    }
    for _ in 0..200 {
        receiver.hears("an event can't be understood");
    }
}

#[test]
fn a_blank_key_admits_nobody() {
    let world = world();
    std::fs::write(format!("{}.macs.hmac.secret", world.config_path().display()), "\n        \n").unwrap();
    let ran = world.run(&["webhook"]);
    assert!(ran.code == 1 && (ran.err.contains("too weak") || ran.err.contains("empty")), "{ran:?}");
}
