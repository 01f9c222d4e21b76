//! FreeIPA against a scripted server, written from its sources: no real one is packaged for the system that the tests run on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::stub_server::{Canned, Heard, Reply, run_with};

const UNIQUE: &str = "63d5f47f-d893-4930-aaec-745889347f45";
const SESSION: &str = "Set-Cookie: ipa_session=MagBearerToken=abc; path=/ipa; HttpOnly\r\n";

/// What the scripted server does on this day.
#[derive(Clone, Copy, Default)]
struct Day {
    wrong_password: bool,
    no_right: bool,
    dead_replica: bool,
    someone_else: bool,
    policy_is_hidden: bool,
}

fn user(day: Day) -> Value {
    let unique = if day.someone_else { "00000000-d893-4930-aaec-745889347f45" } else { UNIQUE };
    json!({"dn": "uid=alice,cn=users,cn=accounts,dc=example,dc=test", "uid": ["alice"], "cn": ["Alice Abel"],
        "mail": ["alice@example.test"], "ipauniqueid": [unique], "nsaccountlock": false,
        "krblastpwdchange": [{"__datetime__": "20261101000000Z"}], "krblastadminunlock": [{"__datetime__": "20261101000000Z"}]})
}

/// A day's answers: the account is locked on both servers until `user_unlock` was called.
fn answer(day: Day, is_open: &AtomicBool, heard: &Heard) -> Reply {
    let (method, target) = heard.line();
    let head = heard.head.to_lowercase();
    if method != "POST"
        || !head.contains("referer: http://127.0.0.1")
        || !head.contains("/ipa\r\n") && !head.ends_with("/ipa")
    {
        return (400, "", String::new());
    }
    if target == "/ipa/session/login_password" {
        return match day.wrong_password {
            true => (401, "X-IPA-Rejection-Reason: invalid-password\r\n", String::new()),
            false if heard.body.contains("user=helper") && heard.body.contains("password=s3cret") => {
                (200, SESSION, String::new())
            }
            false => (401, "X-IPA-Rejection-Reason: invalid-password\r\n", String::new()),
        };
    }
    if target != "/ipa/session/json" || !head.contains("cookie: ipa_session=magbearertoken=abc") {
        return (401, "", String::new());
    }
    let call: Value = serde_json::from_str(&heard.body).unwrap();
    let result = match call["method"].as_str().unwrap() {
        "user_find" => {
            json!({"result": [user(Day::default())], "count": 1, "truncated": false, "summary": "1 user matched"})
        }
        "user_show" => json!({"result": user(day), "value": "alice", "summary": null}),
        "pwpolicy_show" if day.policy_is_hidden => return error(2100, "Insufficient access"),
        "pwpolicy_show" => {
            json!({"result": {"krbpwdmaxfailure": ["3"], "krbpwdlockoutduration": ["600"], "krbpwdfailurecountinterval": ["60"]}})
        }
        "user_status" => {
            let count = if is_open.load(Ordering::Relaxed) { "0" } else { "3" };
            let row = |server: &str| {
                json!({"server": server, "krbloginfailedcount": [count], "now": "2026-11-21T23:01:00Z",
                "krblastfailedauth": [{"__datetime__": "20261121230000Z"}], "krblastsuccessfulauth": "N/A"})
            };
            let second = if day.dead_replica {
                json!({"server": "ipa2.example.test failed: Cannot connect to 'ldap://ipa2.example.test:389'"})
            } else {
                row("ipa2.example.test")
            };
            json!({"result": [row("ipa1.example.test"), second], "count": 2, "summary": "Account disabled: False"})
        }
        "user_unlock" if day.no_right => {
            return error(
                2100,
                "Insufficient access: Insufficient 'write' privilege to the 'krbLastAdminUnlock' attribute",
            );
        }
        "user_unlock" => {
            is_open.store(true, Ordering::Relaxed);
            json!({"result": true, "value": "alice", "summary": "Unlocked account \"alice\""})
        }
        _ => return error(905, "unknown command"),
    };
    (
        200,
        "Content-Type: application/json\r\n",
        json!({"result": result, "error": null, "id": 0, "version": "4.12"}).to_string(),
    )
}

fn error(code: i64, words: &str) -> Reply {
    let error = json!({"result": null, "error": {"code": code, "message": words, "name": "Error"}, "id": 0});
    (200, "Content-Type: application/json\r\n", error.to_string())
}

fn server(day: Day) -> (Canned, String) {
    let is_open = Arc::new(AtomicBool::default());
    let canned = Canned::new(move |heard| answer(day, &is_open, heard));
    let config = format!(
        "[[provider]]\nname = \"ipa\"\nkind = \"directory\"\nprofile = \"freeipa\"\nservers = [\"{}\"]\nusername = \"helper\"\n\
         password = {{ env = \"SECRET\" }}\nmax_per_second = 1000\n",
        canned.url
    );
    (canned, config)
}

fn run(config: &str, arguments: &[&str]) -> crate::support::Ran {
    run_with(config, "s3cret", arguments)
}

#[test]
fn each_server_has_its_row_and_one_call_opens_them_all() {
    let (canned, config) = server(Day::default());
    let account = run(&config, &["find", "alice", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!((account["lock"]["state"].as_str(), account["bad_logins"]["limit"].as_u64()), (Some("locked"), Some(3)));
    let rows = account["bad_logins"]["replicas"].as_array().unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row["state"] == "locked" && row["count"] == 3), "{rows:?}");
    assert_eq!(account["lock"]["until"], "2026-11-21T23:10:00Z");
    let ran = run(&config, &["unlock", "alice", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    let calls = canned.heard.lock().unwrap();
    let unlocks: Vec<&Heard> = calls.iter().filter(|one| one.body.contains("user_unlock")).collect();
    // Whoever is meant, and no moment of ours: a wrong clock would switch the lockout off.
    assert_eq!(unlocks.len(), 1);
    let body: Value = serde_json::from_str(&unlocks[0].body).unwrap();
    assert_eq!(body["params"], json!([["alice"], {}]));
}

#[test]
fn a_dead_replica_has_its_row_too() {
    let (_canned, config) = server(Day { dead_replica: true, ..Day::default() });
    let account = run(&config, &["find", "alice", "--json"]).json()[0]["accounts"][0].clone();
    let rows = account["bad_logins"]["replicas"].as_array().unwrap();
    assert!(rows[1]["name"].as_str().unwrap().contains("Cannot connect") && rows[1]["state"] == "not read", "{rows:?}");
    assert_eq!(account["bad_logins"]["qualifier"], "at_least");
    assert!(account["problem"]["what"].as_str().unwrap().contains("not every server"), "{account}");
}

#[test]
fn a_refusal_says_what_the_server_said() {
    let (_canned, config) = server(Day { no_right: true, ..Day::default() });
    let ran = run(&config, &["unlock", "alice", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (5, Some("refused")), "{ran:?}");
    assert!(ran.out.contains("krbLastAdminUnlock") && ran.out.contains("System: Unlock User"), "{ran:?}");
}

#[test]
fn a_wrong_password_and_a_wrong_referer_are_told_and_tried_once() {
    let (canned, config) = server(Day { wrong_password: true, ..Day::default() });
    let ran = run(&config, &["find", "alice"]);
    assert!(ran.code != 0 && ran.err.contains("the password is wrong"), "{ran:?}");
    assert_eq!(canned.heads("login_password").len(), 1);
}

#[test]
fn an_answer_about_somebody_else_opens_nobody() {
    let (canned, config) = server(Day { someone_else: true, ..Day::default() });
    let ran = run(&config, &["unlock", "alice", "--yes", "--json"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(canned.heard.lock().unwrap().iter().all(|one| !one.body.contains("user_unlock")));
}

#[test]
fn without_the_policy_nobody_claims_a_lock() {
    let (_canned, config) = server(Day { policy_is_hidden: true, ..Day::default() });
    let account = run(&config, &["find", "alice", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(
        (account["lock"]["state"].as_str(), account["bad_logins"]["count"].as_u64()),
        (Some("unknown"), Some(3))
    );
}
