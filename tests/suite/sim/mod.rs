//! The client against the simulated PingOne and its bad days; and the simulated PingOne's own strictness.

mod bad_days;
mod control;

use serde_json::{Value, json};

use crate::support::{ADA, World, raw_http};

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
