//! One exchange: what is said of answers that aren't what they should be, and how a change goes out.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::{Bend, JSON, between, changed, json_reply};

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
fn the_wait_that_a_429_asks_for_is_told() {
    for (wait, told) in [("3600", "3600 s"), ("1.5", "2 s")] {
        let world = World::new();
        world.fault(json!({"fault": "status", "status": 429, "retry_after": wait, "match": "/users/", "method": "POST", "times": 1}));
        let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
        let result = &ran.json()[0];
        assert!(steps(result).contains(told) || result["problem"].to_string().contains(told), "{wait}: {ran:?}");
        assert_eq!(result["outcome"], if wait == "3600" { "failed" } else { "unlocked" }, "{wait}: {ran:?}");
    }
}

#[test]
fn a_401_about_rights_is_no_refused_login() {
    let world = World::new();
    let body = json!({"code": "ACCESS_FAILED", "message": "no", "details": [{"code": "INSUFFICIENT_PERMISSIONS"}]});
    let _server = between(&world, "pingone", move |heard| match heard.line() {
        ("POST", target) if target.contains("/users/") => Bend::Instead((401, JSON, body.to_string())),
        _ => Bend::Pass,
    });
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    let problem = &ran.json()[0]["problem"];
    assert_eq!((problem["code"].as_str(), ran.code), (Some("forbidden"), 1), "{ran:?}");
    assert!(problem["next"].as_str().unwrap().contains("role"), "{problem}");
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
fn a_token_endpoint_that_fails_is_no_refused_login() {
    for (status, body, words) in [
        (500, "<html>", "error of its own"),
        (404, "<html>", "token endpoint"),
        (204, "", "token"),
        (200, "{}", "is no token"),
        (401, r#"{"error":"invalid_client"}"#, "refused the tool's own login"),
    ] {
        let world = World::new();
        let _server = between(&world, "pingone", move |heard| match heard.line().1 {
            target if target.contains("/token") => Bend::Instead((status, JSON, body.to_owned())),
            _ => Bend::Pass,
        });
        let found = world.run(&["find", "ada"]);
        assert!(found.code == 1 && found.err.contains(words), "{status}: {found:?}");
        assert_eq!(found.err.contains("own login"), status == 401, "{status}: {found:?}");
    }
}

#[test]
fn statuses_that_no_read_is_answered_with_are_not_called_redirects_or_errors() {
    for status in [201, 202, 204, 304] {
        let world = World::new();
        let _server = between(&world, "pingone", move |heard| match heard.line().1 {
            target if target.contains("/users?") => Bend::Instead((status, JSON, String::new())),
            _ => Bend::Pass,
        });
        let found = world.run(&["find", "ada"]);
        assert_eq!(found.code, 1, "{status}: {found:?}");
        assert!(!found.err.contains("redirect") && !found.err.contains("error of its own"), "{status}: {found:?}");
    }
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
fn what_ends_in_a_stop_gets_no_second_one() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 403, "match": "/users?"}));
    let found = world.run(&["find", "ada"]);
    assert!(found.err.contains("completed. Next:") && !found.err.contains(".."), "{found:?}");
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
fn what_the_service_resolves_is_found_however_it_is_spelled() {
    let world = World::only("adaxes");
    let spelled = |who: &str| {
        let own = world.person(who)["adaxes"].clone();
        let (guid, sid, dn) =
            (own["guid"].as_str().unwrap(), own["sid"].as_str().unwrap(), own["dn"].as_str().unwrap());
        vec![guid.to_uppercase(), format!("{{{guid}}}"), sid.to_owned(), dn.replace(',', ", "), dn.to_lowercase()]
    };
    // Mallory's SID comes as bytes, and somebody's isn't told at all.
    for who in ["ada", "mallory", "dorothy"] {
        for text in spelled(who) {
            let found = world.run(&["find", &text, "--json"]);
            assert_eq!(found.json()[0]["accounts"][0]["username"], who, "{text}: {found:?}");
        }
    }
    let guid = world.person("ada")["adaxes"]["guid"].as_str().unwrap().to_owned();
    assert_eq!(world.run(&["unlock", &format!("{{{guid}}}"), "--yes"]).code, 0);
}

#[test]
fn a_name_that_only_the_system_knows_finds_its_account() {
    let cases = [("jumpcloud", "alternateEmail"), ("jumpcloud", "systemUsername"), ("adaxes", "userPrincipalName")];
    for (provider, member) in cases {
        let world = World::only(provider);
        let _server = between(&world, provider, move |heard| {
            let (method, target) = heard.line();
            let lists = target.contains("/search") && method == "POST" && heard.body.contains("other.name");
            let reads = method == "GET" && (target.contains("/systemusers/") || target.contains("/directoryObjects?"));
            let paint = move |row: &mut Value| match provider {
                "adaxes" => row["properties"][member.to_lowercase()] = json!(["other.name@elsewhere.test"]),
                _ => row[member] = json!("other.name@elsewhere.test"),
            };
            if lists {
                return Bend::Instead(json_reply(LISTED.with(provider, paint)));
            }
            if reads { changed(paint) } else { Bend::Pass }
        });
        LISTED.learn(&world, provider);
        let found = world.run(&["find", "other.name@elsewhere.test", "--json"]);
        assert_eq!(found.code, 0, "{provider} {member}: {found:?}");
        assert_eq!(found.json()[0]["accounts"][0]["username"], "grace", "{provider} {member}");
    }
}

/// Grace as she stands in a list.
struct Listed(std::sync::Mutex<Value>);

static LISTED: Listed = Listed(std::sync::Mutex::new(Value::Null));

impl Listed {
    fn learn(&self, world: &World, provider: &str) {
        let own = world.person("grace")[provider].clone();
        *self.0.lock().unwrap() = match provider {
            "adaxes" => json!({
                "guid": own["guid"], "dn": own["dn"], "displayName": "Grace Hopper", "objectType": "user",
                "accountStatus": {"isDisabled": false, "isLocked": false},
                "properties": {"samaccountname": ["grace"]},
            }),
            _ => json!({"_id": own["id"], "username": "grace"}),
        };
    }

    fn with(&self, provider: &str, paint: impl Fn(&mut Value)) -> Value {
        let mut row = self.0.lock().unwrap().clone();
        paint(&mut row);
        if provider == "adaxes" { json!({"objects": [row]}) } else { json!({"totalCount": 1, "results": [row]}) }
    }
}

#[test]
fn the_console_address_may_end_in_api_and_a_user_may_answer_an_unlock() {
    let world = World::only("jumpcloud");
    let url = world.url("jumpcloud");
    let text = world.config_text().replace(&format!("base_url = \"{url}\""), &format!("base_url = \"{url}/api\""));
    std::fs::write(world.config_path(), text).unwrap();
    assert_eq!(world.run(&["find", "grace"]).code, 0);
    let world = World::only("jumpcloud");
    let id = world.person("grace")["jumpcloud"]["id"].clone();
    let _server = between(&world, "jumpcloud", move |heard| {
        let id = id.clone();
        match heard.line().1 {
            target if target.contains("/unlock") => Bend::After(Box::new(move |_| {
                json_reply(json!({"_id": id, "username": "grace", "account_locked": false}))
            })),
            _ => Bend::Pass,
        }
    });
    let ran = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert!(!steps(&ran.json()[0]).contains("in_doubt") && ran.code == 0, "{ran:?}");
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

#[test]
fn a_gateways_404_of_one_search_does_not_change_the_form_for_good() {
    let world = World::only("adaxes");
    world.fault_of("adaxes", json!({"fault": "html_not_found", "match": "/search", "times": 2}));
    let mut desk = crate::support::headless_app::Desk::new(&world);
    desk.look_at("ada");
    let searches = |method: &str| {
        let requests = world.get("/requests");
        let fits = |one: &&Value| one["method"] == method && one["path"].as_str().unwrap().ends_with("/search");
        requests.as_array().unwrap().iter().filter(fits).count()
    };
    assert!(searches("POST") >= 2, "the newer form is asked again");
}

#[test]
fn a_wait_in_tenths_of_a_second_is_waited_and_told() {
    use std::io::{BufRead as _, BufReader};
    let world = World::new();
    world.fault(
        json!({"fault": "status", "status": 429, "retry_after": "20.5", "match": "/users/", "method": "POST", "times": 1}),
    );
    let mut command = world.command(&["unlock", "ada", "--yes"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.find_map(|line| line.ok().filter(|line| line.contains("throttled")));
    assert!(told.as_ref().is_some_and(|line| line.contains("asked to wait 21 s")), "{told:?}");
    assert_eq!(world.unlocks().len(), 1, "and nothing is sent meanwhile");
    child.kill().unwrap();
    child.wait().unwrap();
}
