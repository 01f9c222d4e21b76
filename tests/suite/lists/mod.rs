//! Lists as people have them, each after a public report: what a record says is planned or told, and nothing inside a quoted
//! cell is anybody. `ada`, `grace` and `katherine` are locked in PingOne.

mod on_screen;
mod random;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{World, cases};

/// `cases.toml` says how a case is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    unlocks: Vec<String>,
    also_told: Option<String>,
}

fn path(file: &str) -> String {
    format!("{}/tests/suite/lists/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn planned(world: &World, file: &str, more: &[&str]) -> Vec<Value> {
    let path = path(file);
    let mut arguments = vec!["bulk", "plan", path.as_str(), "--json"];
    arguments.extend(more);
    let ran = world.run(&arguments);
    let document: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{file}: {e}: {ran:?}"));
    document["rows"].as_array().unwrap().clone()
}

fn unlocks(rows: &[Value]) -> Vec<String> {
    let word = |row: &Value| {
        let ticket = row["ticket"].as_str().map(|ticket| format!(" {ticket}")).unwrap_or_default();
        format!("{}{ticket}", row["username"].as_str().unwrap())
    };
    rows.iter().filter(|row| row["verdict"] == "unlock").map(word).collect()
}

#[test]
fn each_list_of_the_field_is_read_as_it_is_meant() {
    let cases: Vec<Case> = cases(include_str!("cases.toml"));
    let world = World::new();
    for Case { file, unlocks: who, also_told } in &cases {
        let rows = planned(&world, file, &["--provider", "pingone"]);
        assert_eq!(unlocks(&rows), *who, "{file}: {rows:#?}");
        let others: Vec<&Value> = rows.iter().filter(|row| row["verdict"] != "unlock").collect();
        match also_told {
            None => assert!(others.is_empty(), "{file}: {others:#?}"),
            Some(verdict) => assert!(others.iter().any(|row| row["verdict"] == **verdict), "{file}: {others:#?}"),
        }
    }
    let mut named: Vec<&str> = cases.iter().map(|case| case.file.as_str()).collect();
    let folder = std::fs::read_dir(path("")).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap());
    let mut lists: Vec<String> =
        folder.filter(|name| !["mod.rs", "on_screen.rs", "random.rs", "cases.toml"].contains(&name.as_str())).collect();
    named.sort_unstable();
    lists.sort_unstable();
    assert_eq!(lists, named, "each list of the folder is a case");
}

#[test]
fn the_column_that_decided_is_told_and_two_people_are_no_choice() {
    let world = World::new();
    let by: Vec<Value> =
        planned(&world, "upn-then-mail.csv", &["--provider", "pingone"]).iter().map(|row| row["by"].clone()).collect();
    assert_eq!(by, ["mail", "user name"]);
    let list = world.place.path().join("two.csv");
    std::fs::write(&list, "Mail,SamAccountName\nada@acme.test,grace\n").unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap(), "--json", "--provider", "pingone"]);
    let rows: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&rows["rows"][0]["verdict"], rows["rows"][0]["candidates"].as_array().unwrap().len()),
        (&Value::from("ambiguous"), 2)
    );
}

#[test]
fn every_system_is_answered_for() {
    let world = World::whole();
    let rows = planned(&world, "search-adaccount.csv", &[]);
    let systems: Vec<&str> = rows.iter().filter_map(|row| row["provider"].as_str()).collect();
    for system in ["pingone", "jumpcloud", "adaxes"] {
        assert!(systems.contains(&system), "{system}: {rows:#?}");
    }
    // A list by DN alone: who knows no DN says so.
    let list = world.place.path().join("dn.csv");
    std::fs::write(&list, "DistinguishedName,LockedOut\n\"CN=Ada Lovelace,OU=Users,DC=acme,DC=test\",True\n").unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap(), "--json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let told: Vec<String> = document["rows"].as_array().unwrap().iter().map(|row| row["reason"].to_string()).collect();
    for system in ["pingone", "jumpcloud"] {
        let words = format!("{system} can't be asked about it: it knows no DN");
        assert!(told.iter().any(|reason| reason.contains(&words)), "{system}: {told:#?}");
    }
}

#[test]
fn what_is_wrong_with_a_list_as_a_whole_is_one_sentence() {
    let world = World::new();
    let plan = |name: &str, bytes: &[u8], more: &[&str]| {
        let list = world.place.path().join(name);
        std::fs::write(&list, bytes).unwrap();
        world.run(&[&["bulk", "plan", list.to_str().unwrap()], more].concat())
    };
    let ran = plan("sheet.xlsx", b"PK\x03\x04rest", &[]);
    assert!(ran.code == 2 && ran.err.contains("save it as CSV"), "{ran:?}");
    let heads = "Kennung;Ort\nada;Bonn\n";
    let ran = plan("heads.csv", heads.as_bytes(), &[]);
    assert!(
        ran.code == 2
            && ran.err.contains("the columns are Kennung, Ort")
            && ran.err.contains("--column user=\"Kennung\""),
        "{ran:?}"
    );
    let ran = plan("again.csv", heads.as_bytes(), &["--column", "user=Kennung", "--provider", "pingone"]);
    assert!(ran.code == 0 && ran.err.contains("1 unlock"), "{ran:?}");
    let ran = plan("western.csv", b"username;place\nada;Z\xfcrich\n", &["--provider", "pingone"]);
    assert!(ran.code == 0 && ran.err.contains("taken as Windows-1252, a guess"), "{ran:?}");
    let ran =
        plan("said.csv", b"username;place\nada;Z\xfcrich\n", &["--provider", "pingone", "--encoding", "windows-1252"]);
    assert!(ran.code == 0 && !ran.err.contains("guess"), "{ran:?}");
    let ran = plan(
        "open.csv",
        b"username,note\nada,fine\ngrace,\"never\nkatherine,closed\n",
        &["--provider", "pingone", "--json"],
    );
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(unlocks(document["rows"].as_array().unwrap()), ["ada"]);
    assert!(ran.out.contains("opened in this line is never closed") && ran.code == 3, "{ran:?}");
}
