//! A policy's rules, on both fronts: what is refused, what has to be typed, and that the ledger tells of it.

mod limits;
mod on_screen;

use serde::Deserialize;
use serde_json::{Value, json};
use unbolt::screens::Effect;

use crate::support::headless_app::Desk;
use crate::support::{ADA, World, cases};

fn with_rules(rules: &str) -> World {
    let world = World::new();
    ruled(&world, rules);
    world
}

fn ruled(world: &World, rules: &str) {
    std::fs::write(world.config_path(), format!("[policy]\n{rules}\n{}", world.config_text())).unwrap();
}

fn ledger(world: &World, more: &[&str]) -> Value {
    world.run(&[&["ledger", "show", "--json"], more].concat()).json()
}

/// `cases.toml` says how a case is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    rules: String,
    #[serde(default)]
    with: Vec<String>,
    refused_by: Option<String>,
    asks_by: Option<String>,
    #[serde(default)]
    words: String,
}

#[test]
fn a_refusal_names_its_rule_sends_nothing_and_is_recorded_and_what_a_rule_asks_for_can_be_given() {
    let cases: Vec<Case> = cases(include_str!("cases.toml"));
    for Case { rules, with, refused_by, asks_by, words } in &cases {
        let world = with_rules(rules);
        let with = with.iter().map(|word| if word == "ID" { ADA } else { word });
        let ran = world.run(&["unlock", "ada", "--yes"].into_iter().chain(with).collect::<Vec<_>>());
        let Some(rule) = refused_by.as_ref().or(asks_by.as_ref()) else {
            assert_eq!((ran.code, world.unlocks().len()), (0, 1), "{rules}: {ran:?}");
            continue;
        };
        assert_eq!(ran.code, 5, "{rules}: {ran:?}");
        assert!(ran.err.contains(&format!("`{rule}`")) && ran.err.contains(words), "{rules}: {ran:?}");
        assert!(world.unlocks().is_empty(), "{rules}");
        let recorded = ledger(&world, &[]);
        let rules_recorded: Vec<&str> =
            recorded.as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!(rules_recorded, Vec::from_iter(refused_by.as_deref()), "{rules}: {recorded}");
    }
    assert_eq!(cases.len(), 14);
}

#[test]
fn how_the_caller_was_verified_is_recorded() {
    let world = with_rules("verification = \"ask\"");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--verified", "badge"]).code, 0);
    assert_eq!(ledger(&world, &[])[0]["verified"], "badge");
}

#[test]
fn groups_are_known_where_the_system_tells_them() {
    for (provider, pattern) in [("pingone", "executives"), ("adaxes", "CN=Executives,*")] {
        let world = World::only(provider);
        ruled(&world, &format!("refused_groups = [\"{pattern}\"]"));
        if provider == "adaxes" {
            world.post("/lock", json!({"provider": "adaxes", "id": world.person("grace")["adaxes"]["guid"]}));
        }
        let ran = world.run(&["unlock", "grace", "--yes"]);
        assert!(ran.code == 5 && ran.err.contains("refused_groups"), "{provider}: {ran:?}");
        assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0, "{provider}");
    }
}

#[test]
fn ones_own_account_is_a_colleagues_to_open() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.state.session.operator_name = "ADA".into();
    desk.look_at("ada");
    desk.press("u");
    desk.sees("own account");
    assert!(desk.state.dialog.is_none());
    assert!(matches!(&desk.effects[..], [Effect::NoteRefusal { .. }]), "{:?}", desk.effects);
}

#[test]
fn a_policy_file_tightens_and_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let file = world.place.path().join("p.toml");
    std::fs::write(&file, "ticket = \"required\"\n").unwrap();
    ruled(&world, &format!("file = \"{}\"\nticket = \"optional\"", file.display()));
    let ran = world.run(&["unlock", "ada", "--yes"]);
    assert!(ran.code == 5 && ran.err.contains("a ticket is required"), "{ran:?}");
    let shown = world.run(&["config", "show"]).out;
    let line = shown.lines().find(|line| line.starts_with("policy.ticket\t")).unwrap();
    assert!(line.contains("required") && line.contains("p.toml"), "{line}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let ran = world.run(&["unlock", "ada", "--yes"]);
    assert!(ran.code == 2 && ran.err.contains("it is a policy, and others can write it"), "{ran:?}");
}

#[test]
fn what_a_rule_refuses_is_refused_in_every_way_and_recorded() {
    let world = with_rules("ticket = \"required\"\nrefused = [\"grace\"]");
    let ran = world.run(&["unlock", "ada", "--everywhere", "--yes"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(ledger(&world, &["--outcome", "refused"])[0]["rule"], "ticket");
    let ran = world.run(&["unlock", "grace", "--everywhere", "--yes", "--ticket", "I"]);
    assert!(ran.code == 5 && ran.out.contains("`refused`"), "{ran:?}");
    let list = world.place.path().join("l.csv");
    std::fs::write(&list, "username\nada\n").unwrap();
    let (list, plan) = (list.display().to_string(), world.place.path().join("p.json").display().to_string());
    assert_eq!(world.run(&["bulk", "plan", &list, "-o", &plan]).code, 0);
    assert_eq!(world.run(&["bulk", "run", &plan, "--yes"]).code, 5);
    let recorded = ledger(&world, &["--provider", "bulk"]);
    let of_list = (&recorded[0]["rule"], &recorded[0]["username"]);
    assert_eq!(of_list, (&json!("ticket"), &json!("a list of 1 rows")), "{recorded}");
    assert!(world.unlocks().is_empty());
}
