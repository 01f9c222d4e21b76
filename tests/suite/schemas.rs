//! The JSON of the command line against the published schemas in `assets/schemas`.

use std::path::Path;

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::support::World;

/// Fails with every reason why a document doesn't fit its schema.
fn fits(name: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schemas").join(format!("{name}.json"));
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(boon::Draft::V2020_12);
    let index = compiler.compile(path.to_str().unwrap(), &mut schemas).unwrap_or_else(|e| panic!("{name}: {e:#}"));
    if let Err(e) = schemas.validate(document, index) {
        panic!("{name}: {e:#}\n{document:#}");
    }
}

#[test]
fn every_document_fits_its_schema() {
    let world = World::whole();
    world.fault_of("adaxes", json!({"fault": "status", "status": 503, "times": 8}));
    fits("find", &world.run(&["find", "ada", "--json"]).json());
    fits("find", &world.run(&["find", "nobody-at-all", "--json"]).json());
    world.fault_of("adaxes", json!({"fault": "clear"}));
    fits("find", &world.run(&["locked", "--json"]).json());
    let lines = world.run(&["locked", "--jsonl"]).out;
    for line in lines.lines() {
        fits("account", &serde_json::from_str(line).unwrap());
    }
    fits("check", &world.run(&["check", "--json"]).json());
    fits("config_show", &world.run(&["config", "show", "--json"]).json());
    let list = world.place.path().join("l.csv");
    std::fs::write(&list, "username\ngrace\nnobody\nada\nada\n").unwrap();
    let (list, plan) = (list.display().to_string(), world.place.path().join("p.json").display().to_string());
    let planned = world.run(&["bulk", "plan", &list, "--provider", "pingone", "-o", &plan, "--json"]).json();
    fits("bulk_plan", &planned);
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--pause", "0", "--json"]).json();
    fits("bulk_run", &ran);
    fits("unlock", &world.run(&["unlock", "ada", "--everywhere", "--yes", "--json"]).json());
    fits("unlock", &world.run(&["unlock", "ada", "--provider", "macs", "--yes", "--wait", "1", "--json"]).json());
    fits("ledger_show", &world.run(&["ledger", "show", "--json"]).json());
    fits("ledger_verify", &world.run(&["ledger", "verify", "--json"]).json());
    let records = world.run(&["ledger", "export"]).out;
    for line in records.lines() {
        fits("ledger_record", &serde_json::from_str(line).unwrap());
    }
}

#[test]
fn the_schema_of_an_account_knows_each_kind_of_system() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schemas/account.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let kinds = schema["properties"]["kind"]["enum"].as_array().unwrap();
    // The example of a backend is in no release.
    for spec in unbolt::provider::SPECS.iter().filter(|spec| spec.kind.word != "example") {
        assert!(
            kinds.contains(&json!(spec.kind.word)),
            "{}: add it to `kind` in assets/schemas/account.json",
            spec.kind.word
        );
    }
}

#[test]
fn a_schema_refuses_what_is_not_promised() {
    let account = World::whole().run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    fits("account", &account);
    let wrong = [("lock", json!({"state": "ajar"})), ("may_unlock", json!("perhaps")), ("id", json!(7))];
    for (member, value) in wrong {
        let mut other = account.clone();
        other[member] = value;
        let failed = std::panic::catch_unwind(|| fits("account", &other)).is_err();
        assert!(failed, "{member} was taken");
    }
}
