//! A policy's rules, on both fronts: what is refused, what has to be typed, and that the ledger tells of it.

use crossterm::event::KeyCode;
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
fn a_policy_that_needs_a_sink_says_so_and_no_variable_takes_it_away() {
    let world = with_rules("on_sink_failure = \"refuse\"");
    let ran = world.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("needs a sink"), "{ran:?}");
    let mut command = world.command(&["find", "ada"]);
    let ran = crate::support::Ran::from(command.env("UNBOLT_LEDGER_SINK", "none").output().unwrap());
    assert!(ran.code == 2, "{ran:?}");
}

#[test]
fn an_idle_screen_ends_or_is_locked_and_never_leaves_an_unlock_behind() {
    use crate::support::terminal::Terminal;
    let start = |world: &World| {
        let path = world.config_path();
        let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
        terminal.wait_to_see("Ada Lovelace");
        terminal.keys("ada\r");
        terminal.wait_to_see("5/5");
        terminal
    };
    let world = with_rules("idle_lock = \"3s\"");
    world.fault(json!({"fault": "latency", "ms": 6_000, "method": "POST", "match": "/users/"}));
    let mut terminal = start(&world);
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    assert_eq!(terminal.exit(), 0);
    crate::support::wait_for("the reason", || terminal.raw().contains("ended by the policy's idle_lock").then_some(()));
    assert_eq!(ledger(&world, &[])[0]["outcome"], "unlocked", "it was seen to its end");
    // With a program: it has the terminal to itself, every letter of it.
    let script = "printf 'LOCKED %s\\n' now; while read -r line; do [ \"$line\" = secret-uyuy ] && exit 0; echo \"wrong: $line\"; done";
    let world = with_rules(&format!("idle_lock = \"3s\"\nidle_command = [\"/bin/sh\", \"-c\", '''{script}''']"));
    let mut terminal = start(&world);
    terminal.wait_to_see("LOCKED now");
    for n in 0..10 {
        terminal.keys(&format!("uy{n}uy{n}\r"));
        terminal.wait_to_see(&format!("wrong: uy{n}uy{n}"));
    }
    terminal.keys("secret-uyuy\r");
    terminal.wait_to_see("Ada Lovelace");
    assert!(world.unlocks().is_empty(), "what was typed to it acted on nothing");
}

#[test]
fn the_question_on_the_screen_takes_ticket_and_verification() {
    let world = with_rules(
        "ticket = \"required\"\nticket_pattern = \"INC-[0-9]+\"\nverification = \"require\"\nprotected = [\"ada\"]",
    );
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("u");
    desk.drawn();
    desk.press("x12");
    desk.key(KeyCode::Enter);
    desk.sees("INC-[0-9]+");
    desk.ctrl('u');
    desk.press("INC-12");
    desk.key(KeyCode::Enter);
    desk.drawn();
    desk.sees("Unlock this account?");
    desk.sees("ticket: INC-12");
    desk.sees("Tab says how the caller was verified");
    desk.sees("are protected (rule `protected`)");
    desk.press(ADA);
    desk.key(KeyCode::Enter);
    desk.sees("it has to be said how the caller was");
    desk.key(KeyCode::Tab);
    desk.key(KeyCode::Tab);
    desk.drawn();
    desk.sees("caller verified by badge");
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.sees("account OK, password OK");
    let row = &ledger(&world, &[])[0];
    assert_eq!((&row["ticket"], &row["verified"]), (&json!("INC-12"), &json!("badge")), "{row}");
}
