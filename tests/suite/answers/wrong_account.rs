//! Answers about somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::bent::{Bend, between, changed, json_reply};
use crate::support::side_by_side;

use super::*;

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
