//! Members that are absent, null or of an odd form.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::bent::{Bend, between, changed, json_reply};

use super::*;

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
