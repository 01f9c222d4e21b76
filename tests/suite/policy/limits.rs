//! Limits, lists and sinks.

use serde_json::json;

use crate::support::ADA;

use super::*;

#[test]
fn limits_count_unlocks_and_not_requests() {
    let world = with_rules("account_a_day = 2\noperator_an_hour = 3");
    let lock = |name: &str| world.post("/lock", json!({"provider": "pingone", "id": world.id(name)}));
    // Grace has two layers: two requests, one unlock.
    for _ in 0..2 {
        assert_eq!(world.run(&["unlock", "grace", "--yes"]).code, 0);
        lock("grace");
    }
    let third = world.run(&["unlock", "grace", "--yes"]);
    assert!(third.code == 5 && third.err.contains("account_a_day") && third.err.contains("2 times"), "{third:?}");
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
    lock("ada");
    let fourth = world.run(&["unlock", "ada", "--yes"]);
    assert!(
        fourth.code == 5 && fourth.err.contains("operator_an_hour") && fourth.err.contains("advisory"),
        "{fourth:?}"
    );
    // In personal mode the limit is a word of advice, which a typed id sets aside.
    assert_eq!(world.run(&["unlock", "ada", "--confirm", ADA]).code, 0);
}

#[test]
fn a_limit_holds_beside_others_and_counts_a_list_once() {
    use std::process::Stdio;
    let world = with_rules("account_a_day = 1");
    let start =
        || world.command(&["unlock", "ada", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..6).map(|_| start()).collect();
    for mut child in children {
        child.wait().unwrap();
    }
    assert_eq!(world.unlocks().len(), 1, "counted and recorded in one go");
    let world = with_rules("operator_an_hour = 1");
    let list = world.place.path().join("l.csv");
    std::fs::write(&list, "username\nada\ngrace\n").unwrap();
    let (list, plan) = (list.display().to_string(), world.place.path().join("p.json").display().to_string());
    assert_eq!(world.run(&["bulk", "plan", &list, "-o", &plan]).code, 0);
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--pause", "0"]);
    assert_eq!(ran.code, 0, "its rows are one unlock: {ran:?}");
    let ran = world.run(&["unlock", "asmith2", "--yes"]);
    assert!(ran.code == 5 && ran.err.contains("operator_an_hour"), "{ran:?}");
}

#[test]
fn lists_keep_the_same_rules() {
    let world = with_rules("ticket = \"required\"\nverification = \"require\"\nrefused = [\"grace\"]");
    let list = world.place.path().join("l.csv");
    std::fs::write(&list, "username\nada\ngrace\n").unwrap();
    let (list, plan) = (list.to_str().unwrap().to_owned(), world.place.path().join("p.json").display().to_string());
    let planned = world.run(&["bulk", "plan", &list, "-o", &plan, "--json"]).json();
    assert_eq!(planned["totals"], json!({"unlock": 1, "protected": 1}), "{planned}");
    for (more, rule) in [(&[][..], "ticket"), (&["--ticket", "I"], "verification")] {
        let ran = world.run(&[&["bulk", "run", &plan, "--yes"], more].concat());
        assert!(ran.code == 5 && ran.err.contains(&format!("`{rule}`")), "{ran:?}");
    }
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--ticket", "I", "--verified", "manager", "--json"]);
    assert_eq!((ran.code, &ran.json()["totals"]["unlocked"]), (0, &json!(1)), "{ran:?}");
    assert_eq!(ledger(&world, &["--outcome", "unlocked"])[0]["verified"], "manager");
}

#[test]
fn a_policy_that_needs_a_sink_says_so_and_no_variable_takes_it_away() {
    let world = with_rules("on_sink_failure = \"refuse\"");
    let ran = world.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("needs a sink"), "{ran:?}");
    let mut command = world.command(&["find", "ada"]);
    let ran = crate::support::Ran::from(command.env("UNBOLT_LEDGER_SINK", "none").output().unwrap());
    assert!(ran.code == 2, "{ran:?}");
}
