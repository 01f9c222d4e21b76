//! A policy's rules, on both fronts: what is refused, what has to be typed, and that the ledger tells of it.

mod limits;
mod on_screen;

use serde_json::{Value, json};
use unbolt::screens::Effect;

use crate::support::headless_app::Desk;
use crate::support::{ADA, World};

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

#[test]
fn a_refusal_names_its_rule_sends_nothing_and_is_recorded() {
    let cases: [(&str, &[&str], &str, &str); 9] = [
        ("read_only = true", &[], "read_only", "only looks"),
        ("ticket = \"required\"", &[], "ticket", "a ticket is required"),
        ("ticket_pattern = \"INC-[0-9]+\"", &["--ticket", "INC-1x"], "ticket_pattern", "INC-[0-9]+"),
        ("verification = \"require\"", &["--ticket", "I"], "verification", "how the caller was verified"),
        ("verification = \"ask\"", &["--verified", "a hunch"], "methods", "call-back, badge, manager, video"),
        ("refused = [\"ADA@*\"]", &[], "refused", "ADA@*"),
        ("protected = [\"ad*\"]", &[], "protected", "--confirm"),
        ("hours = [\"Mon 00:00-00:01\"]", &[], "hours", "Mon 00:00-00:01"),
        ("account_a_day = 0", &[], "account_a_day", "the limit is 0"),
    ];
    for (rules, more, rule, words) in cases {
        let world = with_rules(rules);
        let ran = world.run(&[&["unlock", "ada", "--yes"], more].concat());
        assert_eq!(ran.code, 5, "{rules}: {ran:?}");
        assert!(ran.err.contains(&format!("`{rule}`")) && ran.err.contains(words), "{rules}: {ran:?}");
        assert!(world.unlocks().is_empty(), "{rules}");
        // What can still be typed is a question, and no refusal yet.
        let wants_id = matches!(rule, "protected" | "account_a_day");
        let recorded = ledger(&world, &[]);
        let rules_recorded: Vec<&str> =
            recorded.as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!(rules_recorded, if wants_id { vec![] } else { vec![rule] }, "{rules}: {recorded}");
    }
}

#[test]
fn what_a_rule_asks_for_can_be_given() {
    let cases: [(&str, &[&str]); 5] = [
        ("ticket = \"required\"\nticket_pattern = \"INC-[0-9]+\"", &["--ticket", "INC-1"]),
        ("verification = \"require\"", &["--verified", "Call-Back"]),
        ("protected = [\"ada\"]", &["--confirm", ADA]),
        ("account_a_day = 0", &["--confirm", ADA]),
        ("hours = [\"Mon-Sun 00:00-24:00\"]", &[]),
    ];
    for (rules, more) in cases {
        let world = with_rules(rules);
        let ran = world.run(&[&["unlock", "ada", "--yes"], more].concat());
        assert_eq!(ran.code, 0, "{rules}: {ran:?}");
    }
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
