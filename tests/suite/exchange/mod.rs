//! One exchange: what is said of answers that aren't what they should be, and how a change goes out.

mod names;
mod statuses;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::{Bend, JSON, between};

fn steps(result: &Value) -> String {
    result["steps"].to_string()
}

#[test]
fn a_byte_order_mark_is_no_fault_and_compression_is_named() {
    let world = World::new();
    let _server = between(&world, "pingone", |heard| match heard.line().1 {
        target if target.contains("/users?") => Bend::After(Box::new(|body| (200, JSON, format!("\u{feff}{body}")))),
        _ => Bend::Pass,
    });
    assert_eq!(world.run(&["find", "ada"]).code, 0);
    let world = World::new();
    let _server = between(&world, "pingone", |heard| match heard.line().1 {
        target if target.contains("/users?") => {
            let head = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
            Bend::Instead((200, head, "no gzip".to_owned()))
        }
        _ => Bend::Pass,
    });
    let found = world.run(&["find", "ada"]);
    assert!(found.code == 1 && found.err.contains("compression can't be read"), "{found:?}");
}

#[test]
fn a_read_that_was_cut_is_not_said_to_have_been_carried_out() {
    let world = World::new();
    world.fault(json!({"fault": "cut", "match": "/users?"}));
    let found = world.run(&["find", "ada"]);
    assert!(found.code == 1 && !found.err.contains("carried out"), "{found:?}");
    let world = World::new();
    world.fault(json!({"fault": "cut", "match": "/token"}));
    let check = world.run(&["check"]);
    assert!(check.code != 0 && !check.out.contains("carried out"), "{check:?}");
    assert!(!check.out.contains("API v1"), "no version of what couldn't be read: {check:?}");
}

#[test]
fn an_account_whose_lock_nobody_knows_is_no_success() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 403, "match": "/password"}));
    let open = world.run(&["find", "asmith", "--json"]);
    let account = &open.json()[0]["accounts"][0];
    assert_eq!((open.code, account["lock"]["state"].as_str()), (3, Some("unknown")), "{open:?}");
    assert!(account["lock"]["problem"]["what"].is_string(), "{account}");
    assert!(open.err.contains("pingone"), "{open:?}");
}

#[test]
fn a_long_ticket_leaves_the_operator_in_the_trail() {
    let world = World::new();
    let ticket = "T".repeat(100);
    let ran = world.run(&["unlock", "ada", "--yes", "--ticket", &ticket]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let headers = world.unlocks()[0]["headers"].clone();
    let header = headers.as_array().unwrap().iter().find(|header| header[0] == "x-ping-external-session-id").unwrap();
    let operator = world.run(&["ledger", "show", "--json"]).json()[0]["operator"].as_str().unwrap().to_owned();
    assert!(header[1].as_str().unwrap().contains(operator.split('@').next().unwrap()), "{header} lacks {operator}");
}

#[test]
fn a_silently_closed_connection_puts_no_change_in_doubt() {
    for (provider, who) in [("pingone", "ada"), ("jumpcloud", "grace"), ("adaxes", "ada")] {
        let world = World::only(provider);
        world.fault_of(provider, json!({"fault": "close_silently", "method": "GET"}));
        let ran = world.run(&["unlock", who, "--yes", "--json"]);
        let result = &ran.json()[0];
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("unlocked")), "{provider}: {ran:?}");
        assert!(!steps(result).contains("in_doubt"), "{provider}: {result}");
        assert_eq!(
            (world.unlocks().len(), world.run(&["ledger", "show", "--json"]).json().as_array().unwrap().len()),
            (1, 1)
        );
    }
}

#[test]
fn the_handshake_ends_what_it_began_the_token_first() {
    let world = World::only("adaxes");
    let secret = world.place.path().join("password");
    std::fs::write(&secret, "sim-adaxes-password~8Rt").unwrap();
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text: String =
        world.config_text().lines().filter(|line| !line.starts_with("token")).flat_map(|line| [line, "\n"]).collect();
    let login = format!("username = \"svc-unbolt@acme.test\"\npassword = {{ file = \"{}\" }}\n", secret.display());
    std::fs::write(world.config_path(), text + &login).unwrap();
    assert_eq!(world.run(&["find", "ada"]).code, 0);
    let requests = world.get("/requests");
    let ended: Vec<(&str, &str, u64)> = requests
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["method"] == "DELETE")
        .map(|one| (one["path"].as_str().unwrap(), one["query"].as_str().unwrap(), one["status"].as_u64().unwrap()))
        .collect();
    let paths: Vec<&str> = ended.iter().map(|(path, ..)| path.rsplit('/').next().unwrap()).collect();
    assert_eq!(paths, ["auth", "authSessions"], "{ended:?}");
    assert!(ended.iter().all(|(.., status)| *status == 200), "{ended:?}");
    // A session whose token can't be had is ended too.
    let server = between(&world, "adaxes", |heard| match heard.line() {
        ("POST", target) if target.ends_with("/api/auth") => Bend::Instead((500, JSON, "{}".to_owned())),
        _ => Bend::Pass,
    });
    assert_eq!(world.run(&["find", "ada"]).code, 1);
    assert!(!server.heads("DELETE /restApi/api/authSessions").is_empty(), "the session was left open");
}
