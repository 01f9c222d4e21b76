//! What counts as locked, and what else keeps a person out.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::bent::{Bend, between, changed};

use super::*;

#[test]
fn what_does_not_read_as_locked_is_not_unlocked_whatever_is_said() {
    for system in &SYSTEMS {
        for odd in [None, Some(json!(null)), Some(json!("perhaps"))] {
            let world = system.world();
            let id = system.id(&world, system.who);
            let value = odd.clone();
            let server = between(&world, system.name, move |heard| {
                let (method, target) = heard.line();
                if method != "GET" || !target.contains(system.read) {
                    return Bend::Pass;
                }
                let value = value.clone();
                changed(move |body| {
                    let members = match system.name {
                        "pingone" if target_is_password(body) => return *body = json!({}),
                        "pingone" => {
                            body["account"] = json!({"canAuthenticate": true, "status": "OK"});
                            return;
                        }
                        "jumpcloud" => body.as_object_mut().unwrap(),
                        _ => body["accountStatus"].as_object_mut().unwrap(),
                    };
                    let name = if system.name == "jumpcloud" { "account_locked" } else { "isLocked" };
                    members.remove(name);
                    if let Some(value) = value {
                        members.insert(name.to_owned(), value);
                    }
                })
            });
            for more in [&[] as &[&str], &["--include", "not_reported"], &["--confirm", &id], &["--everywhere"]] {
                let (ran, result) = unlock(&world, system.who, more);
                assert!(ran.code != 0 || more == ["--everywhere"], "{} {more:?}: {ran:?}", system.name);
                assert_ne!(result["outcome"], "unlocked", "{} {more:?}: {ran:?}", system.name);
                let said = format!("{}{}", ran.out, ran.err);
                assert!(said.contains("lock state"), "{} {more:?} says why: {ran:?}", system.name);
            }
            assert!(server.heads("POST ").iter().all(|head| !head.contains(system.unlock)), "{} {odd:?}", system.name);
            let account = world.run(&["find", system.who, "--json"]).json()[0]["accounts"][0].clone();
            assert_eq!(account["lock"]["state"], "unknown", "{}: {account}", system.name);
            assert!(account["lock"]["problem"]["what"].is_string(), "{}: with the reason: {account}", system.name);
        }
    }
}

#[test]
fn a_person_who_still_cannot_sign_in_is_warned_of() {
    let world = SYSTEMS[0].world();
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!((account["can_sign_in"].as_bool(), account["facts"]["Can sign in"].as_str()), (Some(false), Some("no")));
    let is_sent = AtomicBool::new(false);
    let _server = between(&world, "pingone", move |heard| {
        let (method, target) = heard.line();
        if method == "POST" && target.contains("/users/") {
            is_sent.store(true, Ordering::Relaxed);
        }
        let reads = method == "GET" && target.contains("/users/") && !target.contains("/password");
        if reads && is_sent.load(Ordering::Relaxed) {
            return changed(|body| body["account"] = json!({"canAuthenticate": false, "status": "OK"}));
        }
        Bend::Pass
    });
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert!(result["warning"].as_str().unwrap().contains("still can't sign in"), "{result}");
}

#[test]
fn the_reason_for_still_locked_is_kept() {
    let world = SYSTEMS[0].world();
    let _server = between(&world, "pingone", |heard| match heard.line() {
        ("POST", target) if target.contains("/users/") => {
            Bend::Instead((200, "Content-Type: text/html\r\n", "<html>blocked</html>".to_owned()))
        }
        _ => Bend::Pass,
    });
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (1, Some("still_locked")), "{ran:?}");
    assert_eq!(result["problem"]["code"], "bad_answer", "{result}");
    assert!(ran.err.contains("text/html"), "{ran:?}");
}
