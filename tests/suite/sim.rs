//! The client against the simulated PingOne and its bad days; and the simulated PingOne's own strictness.

use serde_json::{Value, json};

use crate::support::{ADA, World, http, raw_http};

const ENVIRONMENT: &str = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
const UNLOCK: &str = "application/vnd.pingidentity.account.unlock+json";

fn token(world: &World) -> String {
    use base64::Engine as _;
    let secret = std::fs::read_to_string(world.place.path().join("c.toml.pingone.secret")).unwrap();
    let config = world.config_text();
    let id = config.lines().find_map(|line| line.strip_prefix("client_id = ")).unwrap().trim_matches('"').to_owned();
    let login = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    let form = "grant_type=client_credentials";
    let head = format!(
        "Authorization: Basic {login}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        form.len()
    );
    let (status, body) = raw_http("POST", &format!("{}/{ENVIRONMENT}/as/token", world.url("pingone")), &head, form);
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["expires_in"], 3600);
    body["access_token"].as_str().unwrap().to_owned()
}

fn api(world: &World, method: &str, path: &str, head: &str) -> (u16, Value) {
    let url = format!("{}/v1/environments/{ENVIRONMENT}{path}", world.url("pingone"));
    let head = format!("Authorization: Bearer {}\r\n{head}", token(world));
    let (status, body) = raw_http(method, &url, &head, "");
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

#[test]
fn the_simulated_server_is_strict_about_the_unlock_request() {
    let world = World::new();
    let path = format!("/users/{ADA}");
    let cases = [
        (format!("Content-Type: {UNLOCK}\r\n"), 411, "INVALID_REQUEST"),
        ("Content-Type: application/json\r\nContent-Length: 0\r\n".to_owned(), 415, "INVALID_REQUEST"),
        ("Content-Length: 0\r\n".to_owned(), 415, "INVALID_REQUEST"),
        (
            format!("Content-Type: application/json\r\nContent-Type: {UNLOCK}\r\nContent-Length: 0\r\n"),
            415,
            "INVALID_REQUEST",
        ),
    ];
    for (head, status, code) in cases {
        let (got, body) = api(&world, "POST", &path, &head);
        assert_eq!((got, body["code"].as_str()), (status, Some(code)), "{head:?}");
    }
    assert!(world.person("ada")["pingone"]["account"].is_object(), "none of them unlocked her");
    let (status, body) = api(&world, "POST", &path, &format!("Content-Type: {UNLOCK}\r\nContent-Length: 0\r\n"));
    assert_eq!((status, body["account"]["status"].as_str()), (200, Some("OK")));
}

#[test]
fn the_simulated_server_refuses_filters_outside_the_documented_subset() {
    let world = World::new();
    let get = |filter: &str| {
        let filter = unbolt::domain::Untrusted::from(filter).url();
        api(&world, "GET", &format!("/users?filter={filter}"), "")
    };
    for filter in [
        r#"account.status eq "LOCKED""#,
        r#"userName eq "ada""#,
        r#"username pr "x""#,
        r#"username co "x""#,
        r#"username eq "unclosed"#,
        r#"username eq "bad \escape""#,
        r#"(username eq "x""#,
        "username eq ada",
    ] {
        let (status, body) = get(filter);
        assert_eq!((status, body["details"][0]["code"].as_str()), (400, Some("INVALID_FILTER")), "{filter}");
        assert!(body["details"][0]["innerError"]["supportedAttributes"].is_array());
    }
    assert_eq!(get(r#"username eq "ADA""#).1["count"], 1, "values are compared without case");
    let both = get(r#"(name.given sw "ad" and name.family sw "smi") or username eq "grace""#);
    assert_eq!(both.1["count"], 3);
}

#[test]
fn audit_wants_a_range_of_at_most_two_weeks() {
    let world = World::new();
    let get = |filter: &str| {
        let filter = unbolt::domain::Untrusted::from(filter).url();
        api(&world, "GET", &format!("/activities?filter={filter}"), "").0
    };
    assert_eq!(get(&format!("resources.id eq \"{ADA}\"")), 400);
    let range = |from: &str| format!("recordedAt gt \"{from}\" AND recordedAt lt \"2026-03-15T00:00:00.000Z\"");
    assert_eq!(get(&range("2026-02-01T00:00:00.000Z")), 400);
    assert_eq!(get(&range("2026-03-01T00:00:00.000Z")), 200);
    assert_eq!(get(&format!("{} AND action.type eq \"X\"", range("2026-03-01T00:00:00.000Z"))), 400);
}

#[test]
fn a_request_received_whole_is_carried_out_though_the_client_hangs_up() {
    use std::io::Write as _;
    let world = World::new();
    let token = token(&world);
    world.fault(json!({"fault": "latency", "ms": 300, "method": "POST", "match": "/users/"}));
    let url = world.url("pingone");
    let mut stream = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    write!(
        stream,
        "POST /v1/environments/{ENVIRONMENT}/users/{ADA} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {UNLOCK}\r\nContent-Length: 0\r\n\r\n"
    )
    .unwrap();
    stream.flush().unwrap();
    crate::support::wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
    drop(stream);
    crate::support::wait_for("the unlock", || world.person("ada")["pingone"]["account"].is_null().then_some(()));
    crate::support::wait_for("the log", || (world.unlocks()[0]["carried_out"] == true).then_some(()));
}

#[test]
fn tokens_expire_by_the_servers_clock() {
    let world = World::new();
    assert_eq!(world.run(&["find", "ada"]).code, 0);
    world.post("/clock", json!({"advance_s": 4000}));
    assert_eq!(world.run(&["find", "ada"]).code, 0, "a new process fetches a new one");
    let old = token(&world);
    world.post("/clock", json!({"advance_s": 4000}));
    let url = format!("{}/v1/environments/{ENVIRONMENT}/users", world.url("pingone"));
    let (status, body) = raw_http("GET", &url, &format!("Authorization: Bearer {old}\r\n"), "");
    assert_eq!(status, 401);
    assert!(body.contains("INVALID_TOKEN"));
}

/// Each bad day, what comes of an unlock, and how many unlock requests were sent.
#[test]
fn every_bad_day_gives_one_clear_end_and_sends_nothing_twice() {
    let cases: [(&str, Value, i32, &str, usize, &str); 12] = [
        ("401 that a token mends", json!({"fault": "status", "status": 401, "times": 1}), 0, "unlocked", 2, ""),
        ("403", json!({"fault": "status", "status": 403}), 1, "failed", 1, "Help Desk Admin"),
        ("404", json!({"fault": "status", "status": 404}), 1, "failed", 1, "no such account"),
        ("415", json!({"fault": "status", "status": 415}), 1, "failed", 1, "Content-Type"),
        (
            "429 with seconds",
            json!({"fault": "status", "status": 429, "retry_after": "1", "times": 1}),
            0,
            "unlocked",
            2,
            "",
        ),
        (
            "503, then carried out by a second try",
            json!({"fault": "status", "status": 503, "times": 1}),
            0,
            "unlocked",
            2,
            "",
        ),
        ("cut after it was carried out", json!({"fault": "cut", "times": 1}), 0, "unlocked", 1, ""),
        ("cut before", json!({"fault": "cut_before", "times": 1}), 0, "unlocked", 2, ""),
        ("an answer that stops half-way", json!({"fault": "truncate", "times": 1}), 0, "unlocked", 1, ""),
        ("an answer that never ends", json!({"fault": "endless", "times": 1}), 0, "unlocked", 1, ""),
        (
            "HTML with status 200",
            json!({"fault": "body", "body": "<html>proxy</html>", "times": 1}),
            0,
            "unlocked",
            1,
            "",
        ),
        ("late", json!({"fault": "latency", "ms": 3_000, "times": 1}), 0, "unlocked", 1, ""),
    ];
    for (name, mut fault, code, outcome, sent, word) in cases {
        let world = World::new();
        world.add_to_config("total_timeout = \"2s\"");
        fault["method"] = json!("POST");
        fault["match"] = json!("/users/");
        world.fault(fault);
        let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
        assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (code, Some(outcome)), "{name}: {ran:?}");
        assert_eq!(world.unlocks().len(), sent, "{name}");
        let carried_out = world.unlocks().iter().filter(|one| one["carried_out"] == true).count();
        assert!(carried_out <= 1, "{name}: carried out {carried_out} times");
        assert!(ran.err.contains(word), "{name}: {ran:?}");
        assert_eq!(world.run(&["ledger", "verify"]).code, 0, "{name}");
        let open = world.run(&["ledger", "show", "--open", "--json"]).json();
        assert_eq!(open, json!([]), "{name}: nothing is left open");
    }
}

/// Each bad day of a read: one problem that says what, why and what next; nothing is sent.
#[test]
fn every_bad_day_of_a_read_gives_one_clear_problem() {
    let cases: [(&str, Value, &[&str]); 7] = [
        ("503", json!({"fault": "status", "status": 503}), &["not available", "HTTP 503"]),
        ("429", json!({"fault": "status", "status": 429, "retry_after": "120"}), &["slow down", "120 s"]),
        ("HTML", json!({"fault": "body", "body": "<html>"}), &["can't be understood", "text/html", "base_url"]),
        (
            "truncated",
            json!({"fault": "body", "body": "{\"_embedded\":{\"use", "content_type": "application/json"}),
            &["can't be understood"],
        ),
        ("endless", json!({"fault": "endless"}), &["too large", "8 MiB"]),
        ("redirect", json!({"fault": "status", "status": 302}), &["redirect", "URL"]),
        ("500", json!({"fault": "status", "status": 500}), &["error of its own", "HTTP 500"]),
    ];
    for (name, mut fault, words) in cases {
        let world = World::new();
        fault["match"] = json!("/users");
        world.fault(fault);
        let ran = world.run(&["find", "ada"]);
        assert_eq!(ran.code, 1, "{name}: {ran:?}");
        for word in words {
            assert!(ran.err.contains(word), "{name} lacks `{word}`: {ran:?}");
        }
        assert!(ran.err.contains("Next: "), "{name}: {ran:?}");
    }
}

#[test]
fn a_wrong_login_names_everything_that_can_be_wrong() {
    let world = World::new();
    let wrong = world.config_text().replace("client_id = \"5c0e", "client_id = \"0000");
    std::fs::write(world.config_path(), wrong).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert_eq!(ran.code, 1);
    for word in ["client_id", "secret", "token_auth", "region", "Unsupported authentication method"] {
        assert!(ran.err.contains(word), "lacks `{word}`: {ran:?}");
    }
}

#[test]
fn a_wrong_environment_and_an_unreachable_host_are_told_apart() {
    let world = World::new();
    let text = world.config_text();
    let other = "11111111-2222-3333-4444-555555555555";
    std::fs::write(
        world.config_path(),
        format!("{}\nauth_environment_id = \"{ENVIRONMENT}\"\n", text.replace(ENVIRONMENT, other)),
    )
    .unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("doesn't let this login do that") && ran.err.contains("correlation id"), "{ran:?}");
    std::fs::write(world.config_path(), text.replace(&world.url("pingone"), "http://127.0.0.1:9")).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("can't be reached"), "{ran:?}");
    std::fs::write(world.config_path(), text.replace("http://127.0.0.1", "http://10.0.0.1")).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("plain http is allowed to this machine only"), "{ran:?}");
}

#[test]
fn both_ways_of_logging_in_work() {
    let world = World::new();
    world.add_to_config("token_auth = \"post\"");
    assert_eq!(world.run(&["find", "ada"]).code, 0);
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let world = World::new();
    let ran = world
        .command(&["find", "ada"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .output()
        .unwrap();
    assert!(ran.status.success());
}

#[test]
fn without_rights_to_password_and_audit_the_rest_still_shows() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 403, "match": "/activities"}));
    let adaeze = world.run(&["find", "aobi", "--json"]).json();
    assert_eq!(adaeze[0]["accounts"][0]["lock"]["cause"], "unknown");
    assert_eq!(adaeze[0]["accounts"][0]["bad_logins"]["qualifier"], "not_reported");
    world.fault(json!({"fault": "status", "status": 403, "match": "/password"}));
    let ada = world.run(&["find", "ada", "--json"]).json();
    assert_eq!(ada[0]["accounts"][0]["lock"]["state"], "locked", "the account layer is known");
    assert!(ada[0]["accounts"][0]["problem"]["next"].as_str().unwrap().contains("Identity Data"));
    let linus = world.run(&["find", "linus", "--json"]).json();
    assert_eq!(linus[0]["accounts"][0]["lock"]["state"], "unknown", "never open when a layer can't be seen");
}

#[test]
fn a_phone_locks_again_and_the_second_look_says_so() {
    let world = World::new();
    let ran = world.run(&["unlock", "phoebe", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked");
    world.post("/clock", json!({"advance_s": 21}));
    assert_eq!(world.run(&["find", "phoebe", "--json"]).json()[0]["accounts"][0]["lock"]["state"], "locked");
}

#[test]
fn pages_are_followed_by_the_screen_and_counted_by_the_command_line() {
    let world = World::with_people(450);
    let (status, first) = api(&world, "GET", "/users?limit=1000", "");
    assert_eq!((status, first["size"].as_u64(), first["count"].as_u64()), (200, Some(200), Some(450)), "200 at most");
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    assert!(next.starts_with(&world.url("pingone")));
    let ran = world.run(&["find", "e"]);
    assert!(ran.err.is_empty() || ran.err.contains("more hits"), "{ran:?}");
}

#[test]
fn the_control_port_locks_and_tells() {
    let world = World::new();
    let id = world.id("dorothy");
    world.post("/lock", json!({"provider": "pingone", "id": id}));
    assert!(world.person("dorothy")["pingone"]["account"].is_object());
    assert_eq!(
        http("POST", &format!("{}/lock", world.control()), Some("{\"provider\":\"pingone\",\"id\":\"x\"}")).0,
        404
    );
}

#[test]
fn the_control_port_takes_orders_only_with_the_token_in_its_address() {
    let world = World::new();
    let control = world.control();
    let (address, token) = control.rsplit_once('/').unwrap();
    assert!(token.len() >= 32, "{control}");
    for path in ["/world", "/requests", "/0000/world", "//world"] {
        let (status, body) = http("GET", &format!("{address}{path}"), None);
        assert!(status == 404 && body.is_empty(), "{path}: {status} {body}");
    }
    assert_eq!(http("GET", &format!("{control}/world"), None).0, 200);
}
