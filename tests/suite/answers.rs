//! Whom an answer is about, what it proves, and what it has to hold: one story for every system.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::bent::{Bend, between, changed, json_reply};
use crate::support::{Ran, World, side_by_side};

/// A system, somebody who is locked there, where accounts are read, and where unlocks go.
struct System {
    name: &'static str,
    who: &'static str,
    read: &'static str,
    unlock: &'static str,
}

const SYSTEMS: [System; 3] = [
    System { name: "pingone", who: "ada", read: "/users/", unlock: "/users/" },
    System { name: "jumpcloud", who: "grace", read: "/api/systemusers/", unlock: "/unlock" },
    System { name: "adaxes", who: "ada", read: "/directoryObjects?", unlock: "/unlock" },
];

impl System {
    fn world(&self) -> World {
        let world = World::only(self.name);
        world.add_to_config("total_timeout = \"1s\"");
        world
    }

    fn id(&self, world: &World, who: &str) -> String {
        let person = world.person(who);
        let own = &person[self.name];
        own["guid"].as_str().or(own["id"].as_str()).unwrap().to_owned()
    }
}

fn unlock(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let ran = world.run(&[&["unlock", who, "--yes", "--json", "--wait", "3"], more].concat());
    let result = if ran.out.trim().is_empty() { Value::Null } else { ran.json()[0].clone() };
    (ran, result)
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}

#[test]
fn an_unlock_answered_for_somebody_else_ends_unknown_and_is_not_repeated() {
    for system in SYSTEMS.iter().filter(|system| system.name != "jumpcloud") {
        let world = system.world();
        let other = world.person("katherine")[system.name].clone();
        let answer = match system.name {
            "pingone" => json!({"id": other["id"], "username": "katherine", "account": {"status": "OK"}}),
            _ => json!({"resultType": 0, "innerMessages": [], "exception": null, "actualObjectDN": other["dn"]}),
        };
        let server = between(&world, system.name, move |heard| match heard.line() {
            ("POST", target) if target.contains(SYSTEMS[0].unlock) || target.contains("/unlock") => {
                Bend::Instead(json_reply(&answer))
            }
            _ => Bend::Pass,
        });
        let (ran, result) = unlock(&world, system.who, &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (4, Some("unknown")), "{}: {ran:?}", system.name);
        assert_eq!(result["problem"]["code"], "wrong_account", "{}: {result}", system.name);
        let why = result["problem"]["why"].as_str().unwrap();
        let named = other["dn"].as_str().or(other["id"].as_str()).unwrap();
        assert!(why.contains(&system.id(&world, system.who)) && why.contains(named), "{}: {why}", system.name);
        assert!(ran.err.contains("another account") || result["steps"].to_string().contains("another account"));
        let sent = server.heads("POST ").into_iter().filter(|head| head.contains(system.unlock)).count();
        assert_eq!(sent, 1, "{}: nothing is repeated", system.name);
        let ledger = world.run(&["ledger", "show", "--json"]).json();
        assert_eq!((ledger.as_array().unwrap().len(), ledger[0]["outcome"].as_str()), (1, Some("unknown")));
    }
}

#[test]
fn a_read_about_another_account_unlocks_nobody() {
    for system in &SYSTEMS {
        let world = system.world();
        let (id, other) = (system.id(&world, system.who), system.id(&world, "mallory"));
        world.fault_of(
            system.name,
            json!({"fault": "another_account", "id": id, "instead": other, "match": system.read, "method": "GET"}),
        );
        let (ran, _) = unlock(&world, system.who, &[]);
        assert!(world.unlocks().is_empty(), "{}: {ran:?}", system.name);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(ran.code != 0 && said.contains(&id) && said.contains(&other), "{}: {ran:?}", system.name);
        let found = world.run(&["find", system.who, "--json"]);
        assert_eq!(found.code, 3, "{}: {found:?}", system.name);
        let account = &found.json()[0]["accounts"][0];
        assert_eq!(account["id"].as_str(), Some(id.as_str()), "{}", system.name);
        assert_eq!(account["lock"]["problem"]["code"], "wrong_account", "{}: {account}", system.name);
    }
}

#[test]
fn a_read_about_another_account_after_an_unlock_leaves_it_unknown() {
    for system in &SYSTEMS {
        let world = system.world();
        let (id, other) = (system.id(&world, system.who), system.id(&world, "mallory"));
        let (is_sent, asked) = (AtomicBool::new(false), other.clone());
        let server = between(&world, system.name, move |heard| {
            let (method, target) = heard.line();
            if method == "POST" && target.contains(system.unlock) {
                is_sent.store(true, Ordering::Relaxed);
            }
            let after = is_sent.load(Ordering::Relaxed) && method == "GET" && target.contains(system.read);
            if !after || target.contains("/password") {
                return Bend::Pass;
            }
            let (id, other) = (id.clone(), asked.clone());
            changed(move |body| *body = serde_json::from_str(&body.to_string().replace(&id, &other)).unwrap())
        });
        let (ran, result) = unlock(&world, system.who, &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (4, Some("unknown")), "{}: {ran:?}", system.name);
        assert!(result["problem"]["why"].as_str().unwrap().contains(&other), "{}: {result}", system.name);
        let sent = server.heads("POST ").into_iter().filter(|head| head.contains(system.unlock)).count();
        assert_eq!(sent, 1, "{}", system.name);
    }
}

#[test]
fn a_proxys_404_does_not_say_that_the_account_is_gone() {
    side_by_side(&SYSTEMS, |system| {
        // Accepted, and never readable again.
        let world = system.world();
        let is_sent = Arc::new(AtomicBool::new(false));
        let server = between(&world, system.name, move |heard| {
            let (method, target) = heard.line();
            if method == "POST" && target.contains(system.unlock) {
                is_sent.store(true, Ordering::Relaxed);
            } else if method == "GET" && target.contains(system.read) && is_sent.load(Ordering::Relaxed) {
                return Bend::Instead((404, "Content-Type: text/html\r\n", "<html>no route</html>".to_owned()));
            }
            Bend::Pass
        });
        let (ran, result) = unlock(&world, system.who, &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (6, Some("accepted")), "{}: {ran:?}", system.name);
        assert_eq!(server.heads("POST ").iter().filter(|head| head.contains(system.unlock)).count(), 1);

        // In doubt, and never readable again.
        let world = system.world();
        let is_sent = AtomicBool::new(false);
        let _server = between(&world, system.name, move |heard| {
            let (method, target) = heard.line();
            if method == "POST" && target.contains(system.unlock) {
                is_sent.store(true, Ordering::Relaxed);
                return Bend::After(Box::new(|_| (502, "Content-Type: text/html\r\n", "<html>".to_owned())));
            }
            if method == "GET" && target.contains(system.read) && is_sent.load(Ordering::Relaxed) {
                return Bend::Instead((
                    404,
                    "Content-Type: application/json\r\n",
                    json!({"fault": "no route"}).to_string(),
                ));
            }
            Bend::Pass
        });
        let (ran, result) = unlock(&world, system.who, &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (4, Some("unknown")), "{}: {ran:?}", system.name);

        // And somebody who is looked for isn't "nobody".
        let world = system.world();
        world.fault_of(system.name, json!({"fault": "html_not_found", "match": system.read, "method": "GET"}));
        let found = world.run(&["find", system.who]);
        assert!(found.code == 3 && !found.err.contains("nobody"), "{}: {found:?}", system.name);
    });
}

#[test]
fn a_proxys_404_to_the_unlock_itself_is_a_doubt() {
    for system in &SYSTEMS {
        let world = system.world();
        world.fault_of(
            system.name,
            json!({"fault": "html_not_found", "carried_out": true, "match": system.unlock, "method": "POST", "times": 1}),
        );
        let (ran, result) = unlock(&world, system.who, &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("unlocked")), "{}: {ran:?}", system.name);
        assert!(states(&result).contains(&"in_doubt"), "{}: {result}", system.name);
        assert_eq!(world.unlocks().len(), 1, "{}: read first, and not sent again", system.name);
    }
}

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

/// A password state of PingOne.
fn target_is_password(body: &Value) -> bool {
    body.get("username").is_none()
}

#[test]
fn an_answer_that_is_no_operation_result_is_a_doubt_and_no_failure() {
    for answer in [json!({}), json!({"resultType": null}), json!({"resultType": 3}), json!({"resultType": "odd"})] {
        let world = SYSTEMS[2].world();
        let said = answer.clone();
        let server = between(&world, "adaxes", move |heard| {
            let said = said.clone();
            if heard.line().1.contains("/unlock") {
                Bend::After(Box::new(move |_| json_reply(said)))
            } else {
                Bend::Pass
            }
        });
        let (ran, result) = unlock(&world, "ada", &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("unlocked")), "{answer}: {ran:?}");
        assert_eq!(server.heads("/unlock").len(), 1, "{answer}");
    }
}

#[test]
fn operation_results_are_read_leniently() {
    let cases = [
        (json!({"resultType": 0, "innerMessages": null, "noChanges": null, "exception": null}), "unlocked"),
        (json!({"resultType": "0", "innerMessages": [{"messageType": "Warning", "text": "careful"}]}), "unlocked"),
        (json!({"resultType": 1, "exception": "refused by a rule", "innerMessages": "odd"}), "failed"),
    ];
    for (answer, outcome) in cases {
        let world = SYSTEMS[2].world();
        let said = answer.clone();
        let server = between(&world, "adaxes", move |heard| {
            let said = said.clone();
            let fails = said["resultType"] == 1;
            match heard.line().1 {
                target if !target.contains("/unlock") => Bend::Pass,
                _ if fails => Bend::Instead(json_reply(said)),
                _ => Bend::After(Box::new(move |_| json_reply(said))),
            }
        });
        let (ran, result) = unlock(&world, "ada", &[]);
        assert_eq!(result["outcome"].as_str(), Some(outcome), "{answer}: {ran:?}");
        assert!(!states(&result).contains(&"in_doubt"), "{answer}: {result}");
        assert_eq!(server.heads("/unlock").len(), 1, "{answer}: sent once");
        let words = ["careful", "refused by a rule"];
        assert!(outcome == "unlocked" || words.iter().any(|word| result.to_string().contains(word)), "{result}");
    }
}

#[test]
fn more_that_an_operation_result_tells_is_shown() {
    let world = SYSTEMS[2].world();
    let _server = between(&world, "adaxes", |heard| match heard.line().1 {
        target if target.contains("/unlock") => {
            changed(|body| body["extraInfo"] = json!({"script": "mailed the manager"}))
        }
        _ => Bend::Pass,
    });
    let (_, result) = unlock(&world, "ada", &[]);
    assert!(result["steps"].to_string().contains("mailed the manager"), "{result}");
    let world = SYSTEMS[2].world();
    let body = json!({"message": "The request is invalid.", "code": "badRequest", "modelState": {"directoryObject": ["The id is malformed."]}});
    world.fault_of(
        "adaxes",
        json!({"fault": "body", "status": 400, "body": body.to_string(), "content_type": "application/json", "match": "/unlock"}),
    );
    let (ran, result) = unlock(&world, "ada", &[]);
    assert!(result["problem"]["why"].as_str().unwrap().contains("The id is malformed."), "{ran:?}");
    assert!(!ran.err.contains(".. "), "one stop is enough: {ran:?}");
}

#[test]
fn an_object_without_users_is_no_empty_list() {
    for system in &SYSTEMS {
        for body in [json!({"error": "maintenance"}), json!({}), json!("x")] {
            let world = system.world();
            let said = body.clone();
            let _server = between(&world, system.name, move |heard| {
                let (_, target) = heard.line();
                let lists = target.contains("/users?") || target.contains("/search");
                if lists { Bend::Instead(json_reply(&said)) } else { Bend::Pass }
            });
            let found = world.run(&["find", system.who]);
            assert!(found.code == 1 && !found.err.contains("nobody"), "{} {body}: {found:?}", system.name);
            let locked = world.run(&["locked"]);
            assert!(
                locked.code == 1 && locked.err.contains("can't be understood"),
                "{} {body}: {locked:?}",
                system.name
            );
        }
    }
    let world = SYSTEMS[0].world();
    world.fault(json!({"fault": "empty_object", "match": "/activities"}));
    let account = world.run(&["find", "mallory", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["bad_logins"]["qualifier"], "not_reported", "no audit is no count: {account}");
}

#[test]
fn a_list_whose_members_are_null_is_not_understood() {
    for system in &SYSTEMS {
        let world = system.world();
        world.fault_of(system.name, json!({"fault": "null_members", "match": "s", "method": "GET"}));
        world.fault_of(system.name, json!({"fault": "null_members", "match": "search", "method": "POST"}));
        let found = world.run(&["find", system.who]);
        assert_ne!(found.code, 0, "{}: {found:?}", system.name);
    }
}

#[test]
fn an_odd_member_costs_its_fact_and_not_the_person() {
    let world = SYSTEMS[0].world();
    let _server = between(&world, "pingone", |heard| match heard.line() {
        ("GET", target) if target.contains("/users/") && !target.contains("/password") => changed(|body| {
            body["mfaEnabled"] = json!("yes");
            body["externalId"] = json!(77);
            body["createdAt"] = json!(1_764_148_443);
            body["account"]["secondsUntilUnlock"] = json!("600");
            body["name"] = json!([]);
        }),
        _ => Bend::Pass,
    });
    let found = world.run(&["find", "ada", "--json"]);
    let account = found.json()[0]["accounts"][0].clone();
    assert_eq!((found.code, account["lock"]["state"].as_str()), (0, Some("locked")), "{found:?}");
    assert!(account["lock"]["until"].is_string(), "a number as text is a number: {account}");
    let world = SYSTEMS[2].world();
    let _server = between(&world, "adaxes", |heard| match heard.line() {
        ("GET", _) => changed(|body| body["properties"] = Value::Null),
        _ => Bend::Pass,
    });
    let found = world.run(&["find", "ada", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["lock"]["state"], "locked", "{found:?}");
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

#[test]
fn what_was_not_told_is_not_said_to_be_false() {
    let world = SYSTEMS[1].world();
    let is_sent = AtomicBool::new(false);
    let _server = between(&world, "jumpcloud", move |heard| {
        let (method, target) = heard.line();
        if target.contains("/unlock") {
            is_sent.store(true, Ordering::Relaxed);
        }
        if method == "GET" && target.contains("/api/systemusers/") && is_sent.load(Ordering::Relaxed) {
            return changed(|body| body["account_locked"] = Value::Null);
        }
        Bend::Pass
    });
    let (ran, result) = unlock(&world, "grace", &[]);
    assert_eq!(result["outcome"], "accepted", "{ran:?}");
    assert!(!result.to_string().contains("account_locked false"), "{result}");
    assert!(result.to_string().contains("account_locked not reported"), "{result}");
}

#[test]
fn groups_are_asked_for_by_one_value_and_without_them_if_need_be() {
    let world = SYSTEMS[0].world();
    let rules = "[policy]\nrefused_groups = [\"executives\"]\n";
    std::fs::write(world.config_path(), format!("{rules}{}", world.config_text())).unwrap();
    let server = between(&world, "pingone", |heard| match heard.line() {
        ("GET", target) if target.contains("include=") => {
            let refusal = json!({"code": "INVALID_VALUE", "message": "The value of include is not supported."});
            Bend::Instead((400, "Content-Type: application/json\r\n", refusal.to_string()))
        }
        _ => Bend::Pass,
    });
    let found = world.run(&["find", "ada", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["lock"]["state"], "locked", "{found:?}");
    assert!(
        server
            .heads("include=")
            .iter()
            .all(|head| !head.lines().next().unwrap().contains("%2C") && !head.contains("Names,"))
    );
    let refused = world.run(&["unlock", "ada", "--yes"]);
    assert!(
        refused.code == 5 && refused.err.contains("--confirm"),
        "groups that aren't told ask for the id: {refused:?}"
    );
}
