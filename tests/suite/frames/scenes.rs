//! The screens that are compared, and the keys that lead there.

use std::time::Duration;

use crossterm::event::KeyCode;
use jiff::Timestamp;
use unbolt::bulk::plan::{PlannedAccount, Row, Verdict};
use unbolt::bulk::run::ReadyRun;
use unbolt::bulk::runs::{RunStatus, RunSummary};
use unbolt::domain::{AccountKey, AuditContext, Cause, Outcome, ProviderName, RequestLogEntry};
use unbolt::engine::bulk::settings;
use unbolt::screens::Message;

use crate::support::ADA;
use crate::support::headless_app::Desk;

/// How to get to a screen.
pub(super) type Way = fn(&mut Desk);

pub(super) const SCREENS: [(&str, Way); 15] = [
    ("desk", |desk| desk.look_at("ada")),
    ("question", |desk| {
        desk.look_at("ada");
        desk.press("u");
    }),
    ("deliberate", |desk| {
        desk.look_at("mallory");
        desk.press("u");
    }),
    ("unlocked", |desk| {
        desk.look_at("ada");
        desk.press("uy");
        desk.verify();
    }),
    ("help", |desk| {
        desk.look_at("ada");
        desk.press("?");
    }),
    ("actions", |desk| {
        desk.look_at("ada");
        desk.press(":");
    }),
    ("details", |desk| {
        desk.look_at("ada");
        desk.press("d");
    }),
    ("ticket", |desk| {
        desk.look_at("ada");
        desk.press("tINC-4711");
    }),
    ("log", |desk| {
        desk.look_at("ada");
        desk.press("L");
        desk.state.log.exchanges = exchanges().into();
        desk.state.log.arrange();
    }),
    ("locked", |desk| {
        desk.look_at("ada");
        desk.press("2");
    }),
    ("bulk", |desk| {
        desk.take(Message::Paste("ada\ngrace\nnobody\ndorothy\nmallory\nada\n".to_owned()));
        desk.plan();
    }),
    ("runs", |desk| {
        desk.key(KeyCode::Esc);
        desk.press("3");
        let runs = runs(desk.state.now.wall);
        desk.take(Message::Runs(Ok(runs)));
    }),
    ("run", show_stopped_run),
    ("ledger", |desk| {
        desk.look_at("ada");
        desk.press("uy");
        desk.verify();
        desk.press("4");
    }),
    ("providers", |desk| {
        desk.look_at("ada");
        desk.press("5");
    }),
];

/// A run that was left, one that failed in part, one that another process is at.
pub(super) fn runs(now: Timestamp) -> Vec<RunSummary> {
    let one = |n: u8, done, failed, status| RunSummary {
        id: format!("01a21a4{n}-0000-7000-8000-00000000000{n}").parse().unwrap(),
        at: now.checked_sub(jiff::SignedDuration::from_mins(i64::from(n) * 3)).unwrap(),
        operator: "lena".into(),
        ticket: (n == 1).then(|| "INC-4711".into()),
        meant: 40,
        done,
        opened: done - failed,
        failed,
        status,
    };
    vec![
        one(1, 20, 0, RunStatus::Left),
        one(2, 40, 3, RunStatus::Finished),
        one(3, 16, 3, RunStatus::Stopped("3 rows failed one after the other".into())),
        one(4, 5, 0, RunStatus::Running),
    ]
}

/// Opens a run that was left.
pub fn show_stopped_run(desk: &mut Desk) {
    desk.key(KeyCode::Esc);
    desk.press("3");
    let runs = runs(desk.state.now.wall);
    desk.take(Message::Runs(Ok(runs)));
    let begun = stopped_run(desk);
    desk.take(Message::RunOpened(Box::new(Ok(begun))));
}

/// A run of six rows: two opened, one failed, one looked at again, two not done.
pub(super) fn stopped_run(desk: &Desk) -> ReadyRun {
    let row = |n: u64| Row {
        account: Some(PlannedAccount {
            key: AccountKey { provider: ProviderName::new("pingone").unwrap(), id: format!("id-{n}").into() },
            username: format!("person{n}").into(),
            cause: Some(Cause::BadPasswords),
            since: None,
            as_of: Timestamp::UNIX_EPOCH,
        }),
        ..Row::without(n, format!("person{n}").into(), Verdict::Unlock, "bad passwords; the password has expired")
    };
    let id = "01a21a41-0000-7000-8000-000000000001".parse().unwrap();
    let audit = AuditContext { ticket: Some("INC-4711".into()), verified: None };
    ReadyRun {
        settings: settings(&desk.core, id, vec![Verdict::Unlock], audit, Duration::from_secs(60)),
        rows: (1..=6).map(row).collect(),
        known: [(0, Outcome::Unlocked), (1, Outcome::Unlocked), (2, Outcome::Failed)].into(),
        open: [3].into(),
    }
}

/// Requests go out side by side, in any order: the log's frame has these.
pub(super) fn exchanges() -> Vec<RequestLogEntry> {
    let at = |n: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_millis(n * 1_234);
    let one = |n: i64, method, path: &str, status| RequestLogEntry {
        at: at(n),
        provider: ProviderName::new("pingone").unwrap(),
        method,
        url: format!("https://api.pingone.eu/v1/environments/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6/{path}").into(),
        status,
        fault: status.is_none().then_some("time-out"),
        took: Duration::from_millis(42 * u64::try_from(n).unwrap()),
        correlation_id: status.map(|_| format!("4c6b1f1a-0000-4000-8000-00000000000{n}").into()),
    };
    let ada = format!("users/{ADA}");
    vec![
        one(1, "GET", "users?limit=50&filter=username%20sw%20%22ada%22", Some(200)),
        one(2, "GET", &ada, Some(200)),
        one(3, "GET", &format!("{ada}/password"), Some(403)),
        one(4, "POST", &ada, None),
    ]
}
