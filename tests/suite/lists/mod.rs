//! Lists as people have them, each after a public report: what a record says is planned or told, and nothing inside a quoted
//! cell is anybody. `ada`, `grace` and `katherine` are locked in PingOne.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use unbolt::bulk::plan::Verdict;
use unbolt::bulk::runs::{RunStatus, RunSummary};
use unbolt::bulk::{List, ListLine, ListOptions};
use unbolt::screens::{Message, line_mode};
use unbolt::widgets::Appearance;

use crate::support::World;
use crate::support::headless_app::Desk;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

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
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    let world = World::new();
    for Case { file, unlocks: who, also_told } in &cases.case {
        let rows = planned(&world, file, &["--provider", "pingone"]);
        assert_eq!(unlocks(&rows), *who, "{file}: {rows:#?}");
        let others: Vec<&Value> = rows.iter().filter(|row| row["verdict"] != "unlock").collect();
        match also_told {
            None => assert!(others.is_empty(), "{file}: {others:#?}"),
            Some(verdict) => assert!(others.iter().any(|row| row["verdict"] == **verdict), "{file}: {others:#?}"),
        }
    }
    let mut named: Vec<&str> = cases.case.iter().map(|case| case.file.as_str()).collect();
    let folder = std::fs::read_dir(path("")).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap());
    let mut lists: Vec<String> = folder.filter(|name| name != "mod.rs" && name != "cases.toml").collect();
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

/// Every name that stands alone in a record of a table.
fn own_records(text: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).filter_map(|record| record.get(0).map(str::to_owned)).collect()
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(list) = List::read(bytes.as_slice(), &ListOptions::default()) {
            prop_assert!(list.lines().count() <= bytes.len() + 1);
        }
    }

    /// Cells as spreadsheets quote them: whoever stands inside of one is nobody.
    #[test]
    fn each_record_is_planned_or_told_and_nobody_from_inside_a_cell(
        rows in prop::collection::vec(("[a-z]{3,8}", "[a-z,\"\\n\\r; ]{0,20}"), 1..12)
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let body: Vec<String> = rows.iter().map(|(who, note)| format!("{who},{}\r\n", quoted(note))).collect();
        let text = format!("username,note\r\n{}", body.concat());
        let list = List::read(text.as_bytes(), &ListOptions::default()).unwrap();
        let planned: Vec<String> = list.lines().map(|line| match line {
            ListLine::Entry(entry) => entry.text.as_data().to_owned(),
            ListLine::Rejected { why, .. } => panic!("{why}: {text:?}"),
        }).collect();
        let meant: Vec<String> = rows.iter().map(|(who, _)| who.clone()).collect();
        prop_assert_eq!(&planned, &meant);
        prop_assert_eq!(&planned, &own_records(&text)[1..]);
    }

    /// A good list with a byte changed, put in or taken out: no panic, and nobody who has no record.
    #[test]
    fn damage_plans_nobody_who_has_no_record(at in 0usize..70, byte in any::<u8>(), how in 0..3) {
        let mut bytes = b"username,ticket\nada,INC-1\ngrace,\"a, b\"\nkatherine,\"x\ny\"\nlinus,\n".to_vec();
        let at = at.min(bytes.len() - 1);
        match how {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => { bytes.remove(at); }
        }
        if let Ok(list) = List::read(bytes.as_slice(), &ListOptions::default()) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for line in list.lines() {
                if let ListLine::Entry(entry) = line {
                    let who = entry.text.as_data();
                    // A damaged byte is read as another letter.
                    prop_assert!(text.contains(who) || !text.is_ascii(), "{who:?} in {text:?}");
                }
            }
        }
    }
}

#[test]
fn a_line_is_edited_and_somebody_near_is_offered_and_never_taken() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.take(Message::Paste("adda\nada\ngrac\nada\n".to_owned()));
    desk.plan();
    desk.sees("not found");
    assert_eq!(desk.state.lists.meant(), 1, "a near name is offered, and never taken: {}", desk.screen());
    let rows = &desk.state.lists.rows;
    let near = rows.iter().find(|one| one.row.input.as_data() == "grac").unwrap();
    assert!(near.row.candidates.iter().any(|one| one.label.as_data().contains("Grace Hopper")), "{near:?}");
    // Line 2 says something else: line 4, which was the same, is looked up for itself.
    let at = rows.iter().position(|one| one.row.line == 2).unwrap();
    desk.state.lists.list.select(at);
    desk.press("e");
    desk.sees("Edit the line");
    for _ in 0..3 {
        desk.key(KeyCode::Backspace);
    }
    desk.press("linus");
    desk.key(KeyCode::Enter);
    desk.plan();
    let unlocks: Vec<(u64, String)> = desk
        .state
        .lists
        .rows
        .iter()
        .filter(|one| one.row.verdict == Verdict::Unlock)
        .map(|one| (one.row.line, one.row.account.as_ref().unwrap().username.as_data().to_owned()))
        .collect();
    assert!(unlocks.contains(&(2, "linus".to_owned())) && unlocks.contains(&(4, "ada".to_owned())), "{unlocks:?}");
}

#[test]
fn runs_that_cannot_be_read_are_told_and_those_that_were_read_before_stay() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("3");
    desk.verify();
    let mut take = |read: Result<Vec<RunSummary>, &str>| {
        desk.take(Message::Runs(read.map_err(str::to_owned)));
        let appearance = Appearance::new(true, false);
        (desk.screen(), line_mode::lines(&desk.state, &appearance).join("\n"))
    };
    let says = "the runs can't be read: no ledger here";
    let (screen, lines) = take(Err("no ledger here"));
    assert!(screen.contains(says) && lines.contains(says), "{screen}\n{lines}");
    let run = RunSummary {
        id: "01a21a41-0000-7000-8000-000000000001".parse().unwrap(),
        at: jiff::Timestamp::UNIX_EPOCH,
        operator: "omar".into(),
        ticket: None,
        meant: 2,
        done: 1,
        opened: 1,
        failed: 0,
        status: RunStatus::Left,
    };
    let (screen, lines) = take(Ok(vec![run]));
    assert!(screen.contains("omar") && !screen.contains(says) && !lines.contains(says), "{screen}\n{lines}");
    let (screen, lines) = take(Err("no ledger here"));
    assert!(screen.contains("omar") && screen.contains(says), "{screen}");
    assert!(lines.contains("by omar") && lines.contains(says), "{lines}");
}
