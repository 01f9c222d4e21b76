//! `unbolt check`: what works, what doesn't, what shouldn't, and that it changes nothing.

use serde_json::{Value, json};

use crate::support::World;

fn findings(world: &World, provider: &str) -> (i32, Vec<Value>) {
    let ran = world.run(&["check", "--json", "--provider", provider]);
    let checked = ran.json();
    assert_eq!(checked[0]["provider"], provider);
    (ran.code, checked[0]["findings"].as_array().unwrap().clone())
}

fn one<'a>(found: &'a [Value], topic: &str, words: &str) -> &'a Value {
    found
        .iter()
        .find(|one| one["topic"] == topic && one["says"].as_str().unwrap().contains(words))
        .unwrap_or_else(|| panic!("no {topic} with `{words}` in {found:#?}"))
}

#[test]
fn a_good_set_up_is_told_line_by_line_and_nothing_is_changed() {
    let world = World::whole();
    let cases = [
        ("pingone", "lock_policy", "after 5 bad passwords, for 900 s", "ok"),
        ("pingone", "right", "may unlock: Identity Data Admin", "ok"),
        ("pingone", "excess", "delete people", "warn"),
        ("jumpcloud", "lock_policy", "bad passwords", "ok"),
        ("jumpcloud", "right", "Directory Insights", "ok"),
        ("jumpcloud", "excess", "whole role", "not_told"),
        ("adaxes", "version", "2023 and newer", "ok"),
        ("macs", "excess", "erasing every Mac", "warn"),
        ("macs", "version", "NanoMDM v0.9", "ok"),
    ];
    for (provider, topic, words, grade) in cases {
        let (code, found) = findings(&world, provider);
        assert_eq!(code, 0, "{found:#?}");
        assert_eq!(one(&found, topic, words)["grade"], grade);
        for topic in ["name", "reach", "clock", "rate", "tls"] {
            one(&found, topic, "");
        }
    }
    let before = world.get("/world");
    assert_eq!(world.run(&["check"]).code, 0);
    assert_eq!(before["people"], world.get("/world")["people"], "a check changes nothing");
    assert!(world.unlocks().is_empty());
}

#[test]
fn what_is_wrong_is_named_with_the_next_step() {
    let cases = [
        ("pingone", json!({"fault": "status", "status": 403, "match": "/users"}), "right"),
        ("jumpcloud", json!({"fault": "status", "status": 401}), "login"),
        ("adaxes", json!({"fault": "status", "status": 401}), "login"),
        ("macs", json!({"fault": "status", "status": 401}), "login"),
    ];
    for (provider, fault, topic) in cases {
        let world = World::whole();
        world.fault_of(provider, fault);
        let (code, found) = findings(&world, provider);
        let bad = found.iter().find(|one| one["grade"] == "fail").unwrap_or_else(|| panic!("{provider}: {found:#?}"));
        assert_eq!((code, &bad["topic"]), (1, &json!(topic)), "{provider}: {found:#?}");
        assert!(!bad["next"].as_str().unwrap().is_empty(), "{bad}");
        // The others are no worse for it.
        assert_eq!(world.run(&["check"]).code, 3);
    }
}

#[test]
fn roles_that_are_not_told_are_no_failure() {
    let world = World::whole();
    world.fault_of("pingone", json!({"fault": "status", "status": 403, "match": "roleAssignments"}));
    let (code, found) = findings(&world, "pingone");
    assert_eq!(code, 0, "{found:#?}");
    assert_eq!(one(&found, "right", "doesn't tell this application its own roles")["grade"], "not_told");
}

#[test]
fn a_limited_key_is_seen_to_be_limited() {
    let world = World::whole();
    world.fault_of("macs", json!({"fault": "status", "status": 403, "match": "/v1/pushcert"}));
    let (code, found) = findings(&world, "macs");
    assert_eq!((code, &one(&found, "excess", "the key is limited")["grade"]), (0, &json!("ok")));
    for (server, words, grade) in
        [("fleet", "maintainer", "warn"), ("jamf", "Remote Wipe", "warn"), ("iru", "doesn't tell", "not_told")]
    {
        let world = World::new();
        world.use_mdm(server, "");
        let (code, found) = findings(&world, "macs");
        assert_eq!((code, &one(&found, "excess", words)["grade"]), (0, &json!(grade)), "{server}: {found:#?}");
    }
}

#[test]
fn a_name_that_nobody_knows_a_closed_port_and_a_broken_table_are_told_apart() {
    let world = World::new();
    let text = world.config_text();
    let url = world.url("pingone");
    let cases =
        [("https://no-such-host.invalid", "name", 1), ("http://127.0.0.1:1", "login", 1), ("ftp://x", "config", 1)];
    for (address, topic, code) in cases {
        std::fs::write(world.config_path(), text.replace(&url, address)).unwrap();
        let (ended, found) = findings(&world, "pingone");
        assert_eq!(ended, code, "{found:#?}");
        assert_eq!(one(&found, topic, "")["grade"], "fail", "{found:#?}");
    }
}

#[test]
fn rules_by_group_are_known_not_to_reach_systems_without_groups() {
    let world = World::whole();
    let rules = "[policy]\nprotected_groups = [\"Executives\"]\n";
    std::fs::write(world.config_path(), format!("{rules}{}", world.config_text())).unwrap();
    assert_eq!(one(&findings(&world, "jumpcloud").1, "groups", "no groups")["grade"], "warn");
    assert!(!findings(&world, "pingone").1.iter().any(|one| one["topic"] == "groups"));
}

#[test]
fn a_key_of_an_mdm_server_is_proved_and_seen_to_be_too_mighty() {
    for server in ["nanomdm", "nanohub", "micromdm"] {
        let world = World::new();
        world.use_mdm(server, "");
        let (code, found) = findings(&world, "macs");
        assert_eq!(
            (code, &one(&found, "login", "the key is accepted")["grade"]),
            (0, &json!("ok")),
            "{server}: {found:#?}"
        );
        assert_eq!(one(&found, "excess", "erasing every Mac")["grade"], "warn", "{server}: {found:#?}");
        // Another key is told, whatever stands in front.
        let path = format!("{}.macs.secret", world.config_path().display());
        std::fs::write(path, "another-key").unwrap();
        let (code, found) = findings(&world, "macs");
        let login = found.iter().find(|finding| finding["topic"] == "login").unwrap();
        assert_eq!((code, &login["grade"]), (1, &json!("fail")), "{server}: {found:#?}");
        // A proxy that lets only the unlock through: whether the key is right isn't claimed.
        world.use_mdm(server, "");
        world.fault_of("macs", json!({"fault": "status", "status": 403, "method": "GET"}));
        let (_, found) = findings(&world, "macs");
        assert_eq!(one(&found, "excess", "the key is limited")["grade"], "ok", "{server}: {found:#?}");
        let login = found.iter().find(|finding| finding["topic"] == "login").unwrap();
        assert_eq!(login["grade"], "not_told", "{server}: {found:#?}");
    }
}
