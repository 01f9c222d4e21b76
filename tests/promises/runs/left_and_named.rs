//! Promise 48: leaving a run, and locks on purpose in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::json;
use unbolt::bulk::plan::{PlannedAccount, Row, Verdict};
use unbolt::bulk::run::ReadyRun;
use unbolt::bulk::runs::{RunStatus, RunSummary};
use unbolt::domain::{AccountKey, AuditContext, Cause, Outcome, ProviderName};
use unbolt::engine::bulk::settings;
use unbolt::screens::Message;

use crate::support::World;
use crate::support::headless_app::Desk;

use super::*;

#[test]
fn p48_leaving_a_run_asks_and_what_it_names_works_and_asks_the_same() {
    let world = World::with_people(120);
    let mut terminal = begun(&world, (100, 30));
    terminal.keys("q");
    terminal.wait_to_see("Leave the run?");
    terminal.answer("Leave the run?", "n");
    terminal.wait_to_see("running");
    terminal.keys("q");
    terminal.answer("Leave the run?", "y");
    assert_eq!(terminal.exit(), 3);
    let said = terminal.raw();
    let command =
        said.lines().find_map(|line| line.split_once("not done: ")).map(|(_, command)| command.trim().to_owned());
    let command = command.unwrap_or_else(|| panic!("{said}"));
    let words: Vec<&str> = command.trim_matches('`').split(' ').collect();
    assert_eq!(words[..2], ["unbolt", "--config"], "{command}");
    world.fault(json!({"fault": "clear"}));
    let path = world.config_path().display().to_string();
    assert_eq!(words[2], path);
    // The same act asks the same on every front: without an answer nothing is sent.
    let before = world.unlocks().len();
    let unasked = world.run(&words[3..]);
    assert!(
        unasked.code == 2 && unasked.err.contains("confirm with ") && world.unlocks().len() == before,
        "{unasked:?}"
    );
    let resumed = world.resume(&words[3..]);
    assert!(matches!(resumed.code, 0), "{resumed:?}");
    each_once(&world);
}

#[test]
fn p48_a_lock_on_purpose_is_opened_by_its_id_and_by_no_number() {
    let world = World::new();
    let row = |n: u64, verdict| Row {
        account: Some(PlannedAccount {
            key: AccountKey { provider: ProviderName::new("pingone").unwrap(), id: format!("id-{n}").into() },
            username: format!("person{n}").into(),
            cause: Some(Cause::Admin),
            since: None,
            as_of: jiff::Timestamp::UNIX_EPOCH,
        }),
        ..Row::without(n, format!("person{n}").into(), verdict, "locked on purpose")
    };
    for known in [BTreeMap::new(), [(0, Outcome::Unlocked), (1, Outcome::Failed)].into()] {
        let is_over = !known.is_empty();
        let mut desk = Desk::new(&world);
        desk.key(KeyCode::Esc);
        desk.press("3");
        let id = "01a21a41-0000-7000-8000-000000000001".parse().unwrap();
        let verdicts = vec![Verdict::Unlock, Verdict::AdminLocked];
        let begun = ReadyRun {
            settings: settings(&desk.core, id, verdicts, AuditContext::default(), Duration::from_secs(60)),
            rows: vec![row(1, Verdict::Unlock), row(2, Verdict::AdminLocked)],
            known,
            open: BTreeSet::new(),
        };
        desk.take(Message::Runs(Ok(vec![RunSummary {
            id,
            at: jiff::Timestamp::UNIX_EPOCH,
            operator: "lena".into(),
            ticket: None,
            meant: 2,
            done: 0,
            opened: 0,
            failed: 0,
            status: RunStatus::Left,
        }])));
        desk.take(Message::RunOpened(Box::new(Ok(begun))));
        if is_over {
            desk.press("R");
        } else {
            desk.key(KeyCode::Enter);
        }
        desk.sees("--confirm");
        assert!(desk.state.dialog.is_none(), "{}", desk.screen());
    }
}
