//! The JSON of each command for one and the same world: members, values and order, but for ids and times. A change of these
//! snapshots is a change for scripts.

use serde_json::Value;

use crate::support::World;

/// The document with what differs from run to run in one spelling.
fn steady(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match (name.as_str(), &*member) {
                    (_, Value::String(text)) if text.parse::<jiff::Timestamp>().is_ok() => *member = "<time>".into(),
                    (_, Value::String(text)) if uuid::Uuid::try_parse(text).is_ok() => *member = "<id>".into(),
                    ("hash" | "sha256" | "handle" | "plan" | "correlation_id", Value::String(_)) => {
                        *member = "<id>".into();
                    }
                    ("file", Value::String(_)) => *member = "<file>".into(),
                    // Words are looked over with the messages.
                    ("what" | "why" | "next" | "detail" | "reason" | "says", Value::String(_)) => {
                        *member = "<words>".into();
                    }
                    ("operator", Value::String(_)) => *member = "<operator>".into(),
                    _ => steady(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(steady),
        _ => {}
    }
}

#[test]
fn the_same_world_gives_the_same_documents() {
    let world = World::whole();
    let list = world.place.path().join("l.csv");
    std::fs::write(&list, "username\ngrace\nnobody\nada\nada\n").unwrap();
    let (list, plan) = (list.display().to_string(), world.place.path().join("p.json").display().to_string());
    let documents: [(&str, &[&str]); 8] = [
        ("find", &["find", "ada", "--json"]),
        ("locked", &["locked", "--json"]),
        ("unlock", &["unlock", "ada", "--provider", "pingone", "--yes", "--json"]),
        ("already_open", &["unlock", "ada", "--provider", "pingone", "--yes", "--json"]),
        ("not_found", &["unlock", "nobody-at-all", "--yes", "--json"]),
        ("bulk_plan", &["bulk", "plan", &list, "--provider", "pingone", "-o", &plan, "--json"]),
        ("bulk_run", &["bulk", "run", &plan, "--yes", "--pause", "0", "--json"]),
        ("ledger_show", &["ledger", "show", "--json"]),
    ];
    for (name, arguments) in documents {
        let mut document = world.run(arguments).json();
        steady(&mut document);
        let text = serde_json::to_string_pretty(&document)
            .unwrap()
            .replace(&world.place.path().display().to_string(), "<place>");
        insta::assert_snapshot!(format!("{name}_json"), text);
    }
}
