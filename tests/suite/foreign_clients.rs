//! The simulated servers asked as other people's clients ask the real ones: each call has the answer that is documented
//! or was observed, so that unbolt isn't the only judge of its own simulators.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{World, raw_http};

const ENVIRONMENT: &str = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
const KEY: &str = "sim-macs-key~7Pz";
const JSON: &str = "Content-Type: application/json\r\n";

fn ask(url: &str, method: &str, head: &str, body: &str) -> (u16, String) {
    raw_http(method, url, &format!("{head}Content-Length: {}\r\n", body.len()), body)
}

/// Asks with a key, and looks at status and body.
fn check(base: &str, key: &str, cases: &[(&str, &str, &str, u16, &str)]) {
    for (method, path, body, status, words) in cases {
        let (got, text) = ask(&format!("{base}{path}"), method, &format!("{key}{JSON}"), body);
        assert_eq!(got, *status, "{method} {path}: {text}");
        assert!(text.contains(words), "{method} {path}: no `{words}` in {text}");
    }
}

fn token(url: &str, form: &str) -> String {
    let head = "Content-Type: application/x-www-form-urlencoded\r\n";
    let (status, body) = ask(url, "POST", head, form);
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    format!("Authorization: Bearer {}\r\n", body["access_token"].as_str().unwrap())
}

#[test]
fn jamfs_filters_sections_and_answers_are_the_real_ones() {
    let world = World::only("macs");
    let base = format!("{}/jamf", world.url("macs"));
    let form = format!("grant_type=client_credentials&client_id=unbolt-sim&client_secret={KEY}");
    for path in ["/api/v1/oauth/token", "/api/oauth/token"] {
        token(&format!("{base}{path}"), &form);
    }
    let key = token(&format!("{base}/api/v1/oauth/token"), &form);
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    let both = format!("/api/v1/computers-inventory?filter=udid==%22{udid}%22%3Bid==1");
    let neither = format!("/api/v1/computers-inventory?filter=(udid==%22{udid}%22,id==1)%3Bid==99999");
    let management = world.person("ada")["mac"]["management_id"].as_str().unwrap().to_owned();
    let order = format!(
        r#"{{"clientData":[{{"managementId":"{management}"}}],"commandData":{{"commandType":"UNLOCK_USER_ACCOUNT","userName":"ada"}}}}"#
    );
    let pending = format!("/api/v2/mdm/commands?filter=clientManagementId=={management}%3Bstatus==PENDING");
    check(
        &base,
        &key,
        &[
            ("GET", "/api/v4/computers-inventory", "", 404, ""),
            ("GET", "/api/v3/computers-inventory?page-size=1", "", 200, r#""hardware":null"#),
            ("GET", "/api/v1/computers-inventory?section=HARDWARE&page-size=1", "", 200, r#""general":null"#),
            ("GET", "/api/v1/computers-inventory/1", "", 200, r#""udid""#),
            ("GET", "/api/v1/computers-inventory/9999", "", 404, "INVALID_ID"),
            ("GET", &both, "", 200, r#""totalCount""#),
            ("GET", &neither, "", 200, r#""totalCount":0"#),
            ("GET", "/api/v1/computers-inventory?filter=nothing==1", "", 400, "can't be filtered by"),
            ("POST", "/api/v2/mdm/commands", &order, 201, r#"[{"id""#),
            ("GET", &pending, "", 200, r#""results""#),
            ("GET", "/api/v2/mdm/commands", "", 400, "INVALID_FIELD"),
        ],
    );
}

#[test]
fn fleet_iru_and_the_queues_answer_other_clients_too() {
    let world = World::only("macs");
    let base = world.url("macs");
    let bearer = format!("Authorization: Bearer {KEY}\r\n");
    let basic = |user: &str| format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{KEY}")));
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    let plist = "<plist version=\"1.0\"><dict><key>Command</key><dict><key>RequestType</key><string>UserList</string></dict>\
                 <key>CommandUUID</key><string>c-1</string></dict></plist>";
    let unpadded = STANDARD.encode(plist).trim_end_matches('=').to_owned();
    let order = format!(r#"{{"command":"{unpadded}","host_uuids":["{udid}"]}}"#);
    check(
        &base,
        &bearer,
        &[
            ("GET", "/fleet/api/latest/fleet/hosts/count", "", 200, r#""count""#),
            ("GET", "/fleet/api/latest/fleet/hosts/1", "", 200, r#""uuid""#),
            ("POST", "/fleet/api/v1/fleet/commands/run", &order, 200, r#""command_uuid":"c-1""#),
            ("GET", "/iru/api/v1/devices?limit=301", "", 400, "less than or equal to 300"),
            ("GET", "/iru/api/v1/devices?user_email_exact=nobody@acme.test", "", 200, "[]"),
            ("GET", "/iru/api/v1/devices?device_name=no-such-mac", "", 200, "[]"),
        ],
    );
    let (status, body) = ask(&format!("{base}/iru/api/v1/devices"), "GET", "", "");
    assert!(status == 401 && body.contains("Invalid token"), "its own words: {body}");
    let device = world.person("ada")["mac"]["device_id"].as_str().unwrap().to_owned();
    let details = format!("/iru/api/v1/devices/{device}/details");
    check(&base, &bearer, &[("GET", &details, "", 200, r#""admin":"No""#)]);
    check(
        &base,
        &basic("nanomdm"),
        &[
            ("PUT", &format!("/v1/push/{udid}"), "", 200, "push_result"),
            ("GET", "/v1/pushcert", "", 400, "empty topic"),
        ],
    );
    check(
        &base,
        &basic("micromdm"),
        &[
            ("GET", &format!("/micromdm/push/{udid}"), "", 200, "push_notification_id"),
            ("DELETE", &format!("/micromdm/v1/commands/{udid}"), "", 200, ""),
            ("GET", &format!("/micromdm/v1/commands/{udid}"), "", 200, "{}"),
        ],
    );
}

#[test]
fn directories_answer_other_clients_too() {
    let world = World::new();
    let base = world.url("pingone");
    let config = world.config_text();
    let of = |name: &str| {
        let line = config.lines().find_map(|line| line.strip_prefix(&format!("{name} = "))).unwrap();
        line.trim_matches('"').to_owned()
    };
    let secret = std::fs::read_to_string(world.place.path().join("c.toml.pingone.secret")).unwrap();
    let login = STANDARD.encode(format!("{}:{secret}", of("client_id")));
    let head = format!("Authorization: Basic {login}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    let (_, body) = ask(&format!("{base}/{ENVIRONMENT}/as/token"), "POST", &head, "grant_type=client_credentials");
    let body: Value = serde_json::from_str(&body).unwrap();
    let key = format!("Authorization: Bearer {}\r\n", body["access_token"].as_str().unwrap());
    let api = format!("{base}/v1/environments/{ENVIRONMENT}");
    check(
        &api,
        &key,
        &[
            ("GET", "/users?filter=enabled%20eq%20true&limit=1", "", 200, r#""size":1"#),
            ("GET", "/users?filter=not%20(enabled%20eq%20true)&limit=1", "", 200, r#""users""#),
            (
                "GET",
                "/users?filter=population.id%20eq%20%223c096844-4336-4fb2-8555-ce8cfe2c1acd%22&limit=1",
                "",
                200,
                r#""size":1"#,
            ),
            ("PATCH", "/users", "{}", 405, r#""code":"INVALID_REQUEST""#),
        ],
    );
    let world = World::only("jumpcloud");
    let key = "x-api-key: sim-jumpcloud-api-key~X2\r\n";
    let since = r#""start_time":"2020-01-01T00:00:00Z""#;
    check(
        &world.url("jumpcloud"),
        key,
        &[
            (
                "GET",
                "/api/systemusers?filter=account_locked:$eq:true&sort=_id&limit=1",
                "",
                200,
                r#""account_locked":true"#,
            ),
            ("GET", "/api/systemusers?filter=username:$ne:ada&limit=1", "", 200, r#""results""#),
            ("GET", "/api/systemusers?limit=1000", "", 400, "limit"),
            (
                "POST",
                "/insights/directory/v1/events",
                &format!(
                    r#"{{"service":["directory"],{since},"search_term":{{"and":[{{"event_type":["user_unlocked"]}}]}}}}"#
                ),
                200,
                "[",
            ),
            ("POST", "/insights/directory/v1/events", &format!(r#"{{"service":["systems"],{since}}}"#), 200, "[]"),
            (
                "POST",
                "/insights/directory/v1/events",
                &format!(r#"{{"service":["all"],{since},"limit":20000}}"#),
                400,
                "maximum value of 10000",
            ),
        ],
    );
    let world = World::only("adaxes");
    let key = "Adm-Authorization: sim-adaxes-token~4Vq\r\n";
    check(
        &world.url("adaxes"),
        key,
        &[
            (
                "POST",
                "/restapi/api/directoryObjects/search",
                r#"{"properties":["mail"],"sizeLimit":1}"#,
                200,
                r#""properties":{}"#,
            ),
            ("PATCH", "/restApi/api/directoryObjects", "{}", 405, "methodNotAllowed"),
        ],
    );
}
