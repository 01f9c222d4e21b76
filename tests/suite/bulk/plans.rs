//! A plan: what each line of a list came to, and when it no longer holds.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::World;

use super::*;

#[test]
fn a_plan_names_what_each_line_came_to() {
    let world = World::new();
    let ran = with_input(&world, &["bulk", "plan", "-", "--provider", "pingone", "--json"], b"ada\nnobody\nada\n");
    assert_eq!(ran.code, 3, "{ran:?}");
    let plan = ran.json();
    let rows: Vec<(u64, &str)> = plan["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [(1, "unlock"), (2, "not_found"), (3, "duplicate")]);
    assert_eq!(plan["totals"], json!({"unlock": 1, "not_found": 1, "duplicate": 1}));
    assert_eq!(plan["sha256"].as_str().unwrap().len(), 64);
    assert!(world.unlocks().is_empty(), "nothing is sent");
    let file = std::fs::metadata(plan["file"].as_str().unwrap()).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file) & 0o777, 0o600);
    let verified = world.run(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "its hash is in the ledger: {verified:?}");
}

#[test]
fn every_verdict_and_the_odd_ones_on_top() {
    let world = World::whole();
    world.add_to_config("[policy]\nprotected = [\"alan*\"]");
    let text = "user,ticket\nada,INC-1\nmallory,\ndorothy,\nAdam Smith,\nalan,\nada@acme.test,\nkatherine,INC-2,x\n";
    let ran = with_input(&world, &["bulk", "plan", "-", "--json"], text.as_bytes());
    let plan = ran.json();
    let verdicts: BTreeSet<(u64, String, &str)> = plan["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().unwrap(),
                row["provider"].as_str().unwrap_or("-").to_owned(),
                row["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    for expected in [
        (2, "pingone", "unlock"),
        (2, "jumpcloud", "open"),
        (2, "adaxes", "unlock"),
        (2, "macs", "not_reported"),
        (3, "pingone", "admin_locked"),
        (4, "pingone", "disabled"),
        (5, "-", "not_found"),
        (6, "pingone", "protected"),
        (7, "pingone", "duplicate"),
        (8, "-", "invalid"),
    ] {
        assert!(verdicts.contains(&(expected.0, expected.1.to_owned(), expected.2)), "{expected:?}: {verdicts:?}");
    }
    let shown = with_input(&world, &["bulk", "plan", "-"], text.as_bytes());
    let first = shown.out.find("invalid").unwrap();
    assert!(first < shown.out.find("unlock\t").unwrap() && shown.err.contains("a run takes about"), "{shown:?}");
}

#[test]
fn an_edited_foreign_unknown_or_expired_plan_is_refused() {
    let world = World::new();
    let file = plan(&world, &list(&world, ["ada"]));
    let text = std::fs::read_to_string(&file).unwrap();
    let run = |path: &str| world.run(&["bulk", "run", path, "--yes", "--pause", "0"]);
    let other = world.place.path().join("other.json").display().to_string();
    let write = |text: &str| {
        let _ = std::fs::remove_file(&other);
        std::fs::write(&other, text).unwrap();
    };
    write(&text.replace("\"verdict\":\"unlock\"", "\"verdict\":\"open\""));
    assert!(run(&other).err.contains("edited"));
    write(&text[..text.len() - 20]);
    assert_eq!(run(&other).code, 5);
    write("{}");
    assert!(run(&other).err.contains("no frozen plan"));
    // A plan of another ledger, with a hash of its own that fits.
    let elsewhere = World::new();
    let foreign = plan(&elsewhere, &list(&elsewhere, ["ada"]));
    assert!(run(&foreign).err.contains("knows no plan with this hash"));
    world.add_to_config("\n[policy]\nbulk_max_rows = 7");
    assert!(run(&file).err.contains("another configuration"));
    let text = world.config_text().replace("\n[policy]\nbulk_max_rows = 7", "");
    std::fs::write(world.config_path(), text).unwrap();
    assert!(world.unlocks().is_empty());
    assert_eq!(run(&file).code, 0);
}

#[test]
fn a_plan_older_than_half_an_hour_is_refused() {
    use jiff::{SignedDuration, Timestamp};
    use unbolt::engine::Core;
    use unbolt::engine::bulk::plan_store;
    let world = World::new();
    let config = unbolt::config::load(&world.config_path()).unwrap();
    let (log, _) = tokio::sync::mpsc::unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let core = Core::new(&config, world.ledger_dir(), &log);
    let (frozen, _, path) = runtime.block_on(plan_store::freeze(&core, Vec::new(), None)).unwrap();
    let may = |minutes: i64| {
        plan_store::may_begin(&core, &frozen, &path, Timestamp::now() + SignedDuration::from_mins(minutes))
    };
    assert!(may(29).is_ok());
    assert!(may(31).unwrap_err().line().contains("expired"));
}

/// A hundred thousand rows are filtered in slices: between any two of them a key is heard.
#[test]
fn the_filter_of_a_hundred_thousand_rows_never_holds_up_a_key() {
    use tui_input::InputRequest;
    use unbolt::bulk::plan::{Row, Verdict};
    use unbolt::domain::ClockReading;
    use unbolt::screens::lists::state::ListsTab;
    let mut tab = ListsTab::new();
    let row = |n: u64| Row::without(n, format!("user{n:06}").into(), Verdict::NotFound, "nobody");
    tab.add((1..=100_000).map(row).collect());
    let mut slices = 0;
    while tab.is_scanning() {
        tab.tick(ClockReading::default());
        slices += 1;
    }
    assert_eq!((tab.list.shown.len(), slices), (100_000, 25), "4,000 rows at a time");
    for letter in "user0999".chars() {
        tab.list.filter.handle(InputRequest::InsertChar(letter));
        tab.arrange();
        // The next key comes before the filter is through: the text is there, and it begins again.
        tab.tick(ClockReading::default());
        assert!(tab.is_scanning());
    }
    assert_eq!(tab.list.filter.value(), "user0999");
    while tab.is_scanning() {
        tab.tick(ClockReading::default());
    }
    assert_eq!(tab.list.shown.len(), 100);
    assert!(tab.current().is_some_and(|(_, one)| one.row.input.as_data().starts_with("user0999")));
}
