//! Answers in the shapes that real tenants and their clients' recordings show, each served on loopback. The files say
//! where a shape comes from; names, ids and values are invented.

use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use regex_lite::Regex;
use serde_json::Value;

use crate::support::Ran;
use crate::support::stub_server::{Canned, Heard, Reply, run_with};

/// What an answer may say of the command that was sent before.
#[derive(Clone)]
struct Sent {
    at: String,
    uuid: String,
    host: String,
}

fn stamp(ago: i64) -> String {
    (Timestamp::now() - SignedDuration::from_secs(ago)).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn is_route(route: &Value, heard: &Heard) -> bool {
    let (method, target) = heard.line();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (wanted, pattern) = route["at"].as_str().unwrap().split_once(' ').unwrap();
    let query: String = url_decoded(query);
    wanted == method
        && Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(path)
        && route["query"].as_str().is_none_or(|wanted| Regex::new(wanted).unwrap().is_match(&query))
        && route["body_has"].as_str().is_none_or(|words| heard.body.contains(words))
}

fn url_decoded(text: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The id in a command that is sent as a property list.
fn command_uuid(body: &Value) -> Option<String> {
    let bytes = STANDARD.decode(body["command"].as_str()?).ok()?;
    let command: plist::Dictionary = plist::from_bytes(&bytes).ok()?;
    command.get("CommandUUID")?.as_string().map(str::to_owned)
}

fn answer(case: &Value, heard: &Heard, sent: &Mutex<Sent>) -> Reply {
    let routes = case["routes"].as_array().unwrap();
    let Some(route) = routes.iter().find(|route| is_route(route, heard)) else {
        return (404, "Content-Type: application/json\r\n", r#"{"message":"Not Found"}"#.to_owned());
    };
    let mut sent = sent.lock().unwrap();
    if route["command"] == true {
        sent.at = stamp(0);
        let body: Value = serde_json::from_str(&heard.body).unwrap_or_default();
        if let Some(uuid) = command_uuid(&body) {
            (sent.uuid, sent.host) = (uuid, body["host_uuids"][0].as_str().unwrap_or_default().to_owned());
        }
    }
    let body = &route["body"];
    let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let host = heard.head.lines().find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned));
    let url = format!("http://{}", host.unwrap_or_default());
    let mut text = text
        .replace("$NOW", &stamp(0))
        .replace("$SENT", &sent.at)
        .replace("$UUID", &sent.uuid)
        .replace("$HOST", &sent.host)
        .replace("$URL", &url);
    for found in Regex::new(r"\$AGO:(\d+)").unwrap().captures_iter(&text.clone()) {
        text = text.replace(&found[0], &stamp(found[1].parse().unwrap()));
    }
    let head = if route["type"] == "text/plain" {
        "Content-Type: text/plain\r\n"
    } else {
        "Content-Type: application/json\r\n"
    };
    (u16::try_from(route["status"].as_u64().unwrap_or(200)).unwrap(), head, text)
}

/// Serves a case, and gives what each of its commands came to.
fn play(name: &str) -> Vec<Ran> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/fixtures").join(format!("{name}.json"));
    let case: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let uuid = "00000000-0000-4000-8000-000000000001".to_owned();
    let sent = Arc::new(Mutex::new(Sent { at: stamp(0), uuid, host: String::new() }));
    let served = case.clone();
    let server = Canned::new(move |heard| answer(&served, heard, &sent));
    let table = case["config"].as_str().unwrap().replace("$URL", &server.url);
    let table = table.replace("file = \"$SECRET\"", "env = \"SECRET\"");
    let config = format!("[[provider]]\nname = \"x\"\ntotal_timeout = \"3s\"\n{table}\n");
    let run = |words: &Value| {
        let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        run_with(&config, "planted-key", &words)
    };
    case["run"].as_array().unwrap().iter().map(run).collect()
}

/// A case: its file, and of each command what it says and doesn't say (after `!`).
type Case = (&'static str, &'static [&'static [&'static str]]);

const CASES: [Case; 15] = [
    ("adaxes-properties-list", &[&["Mira Sol", "LOCKED"], &["LOCKED", "1 locked"]]),
    ("fleet-live-offline", &[&["is offline", "\"count\":null"]]),
    ("fleet-me-maintainer", &[&["can do more than unlock: maintainer", "!nothing beyond"]]),
    ("iru-commands-second-page", &[&["ended\tacknowledged"]]),
    ("jamf-auth-administrator", &[&["can do more than unlock", "ADMINISTRATOR", "Remote Wipe"]]),
    ("jamf-command-error", &[&["The account is not local. (MCMDMErrorDomain 12021)", "failed"]]),
    ("jamf-commands-nested", &[&["ended\tacknowledged"]]),
    ("jamf-inventory-integer-id", &[&["Mira Sol"]]),
    ("jamf-inventory-v3-only", &[&["Mira Sol"]]),
    ("jamf-mac-without-person", &[&["the Mac is there", "!nobody matches"]]),
    ("jamf-not-now-1970", &[&["not_now", "!00:00:00Z"]]),
    ("jumpcloud-fresh-lock", &[&["cause unknown"], &["sent\tunlock", "!--confirm"]]),
    (
        "jumpcloud-locked-list",
        &[&["LOCKED\t5\t", "!bad logins not reported"], &["\"count\":5", "!\"qualifier\":\"not_reported\""]],
    ),
    ("jumpcloud-lockout-without-resource", &[&["LOCKED", "!locked by an admin"]]),
    ("jumpcloud-organization-without-settings", &[&["not_told\tlock_policy", "!locks nobody"], &["LOCKED"]]),
];

#[test]
fn every_recorded_shape_is_read_for_what_it_says() {
    for (name, wanted) in CASES {
        let played = play(name);
        assert_eq!(played.len(), wanted.len(), "{name}");
        for (ran, words) in played.iter().zip(wanted) {
            let said = format!("{}{}", ran.out, ran.err);
            for word in *words {
                match word.strip_prefix('!') {
                    Some(word) => assert!(!said.contains(word), "{name} says `{word}`: {said}"),
                    None => assert!(said.contains(word), "{name} lacks `{word}`: {said}"),
                }
            }
        }
    }
}
