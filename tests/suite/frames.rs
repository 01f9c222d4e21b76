//! Frames: golden ones of every screen at several sizes, in mono, in ASCII, and of what goes wrong.

use std::time::Duration;

use crossterm::event::KeyCode;
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use serde_json::json;
use unbolt::bulk::plan::{Planned, Row, Verdict};
use unbolt::bulk::run::ReadyRun;
use unbolt::bulk::runs::{RunStatus, RunSummary};
use unbolt::domain::{AccountKey, AuditContext, Cause, Outcome, ProviderName, RequestLogEntry};
use unbolt::engine::bulk::settings;
use unbolt::screens::Message;
use unbolt::widgets::Appearance;
use unbolt::widgets::theme::Theme;

use crate::support::headless_app::{Desk, text};
use crate::support::{ADA, World};

/// What changes from run to run, made steady: clock times, dates, ports, latencies, ids of intents.
pub fn steady(screen: &str) -> String {
    let mut out = String::new();
    for line in screen.lines() {
        let line = mask(
            line,
            |word| {
                let word = word.strip_suffix('Z').unwrap_or(word);
                word.len() >= 5 && word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || ":.".contains(c))
            },
            '9',
        );
        let line = mask(&line, |word| word.len() == 24 && word.ends_with('Z') && word.contains('T'), '9');
        let is_date = |word: &str| {
            word.len() == 10 && word.matches('-').count() == 2 && word.chars().all(|c| c.is_ascii_digit() || c == '-')
        };
        let line = mask(&line, is_date, '9');
        let line =
            mask(&line, |word| word.len() == 36 && word.starts_with("01") && word.matches('-').count() == 4, 'x');
        out.push_str(&covered(&line));
        out.push('\n');
    }
    out
}

/// What a question leaves of a date that it covers: the digits before a time.
fn covered(line: &str) -> String {
    let mut parts = line.split(" 99:99").peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let kept = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - kept.len();
        let is_rest = parts.peek().is_some() && digits > 0 && kept.ends_with(['┐', '│', '┘', '|', '+']);
        out.push_str(if is_rest { kept } else { part });
        out.push_str(&"9".repeat(if is_rest { digits } else { 0 }));
        if parts.peek().is_some() {
            out.push_str(" 99:99");
        }
    }
    out
}

fn mask(line: &str, is_unsteady: impl Fn(&str) -> bool, with: char) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || ":.-".contains(c) {
            word.push(c);
            continue;
        }
        if is_unsteady(word.trim_end_matches(',')) {
            out.extend(word.chars().map(|c| if c.is_ascii_alphanumeric() { with } else { c }));
        } else {
            out.push_str(&word);
        }
        word.clear();
        if c != '\n' {
            out.push(c);
        }
    }
    out
}

/// A desk at 12:20: what is shown of a time depends on its day, and a narrow line cuts it after its hour.
pub fn desk_of(world: &World, width: u16, height: u16) -> Desk {
    let mut desk = Desk::sized(world, width, height);
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let behind = i32::from(now.hour()) * 60 + i32::from(now.minute()) - (12 * 60 + 20);
    let (sign, hours, minutes) = (if behind < 0 { "-" } else { "" }, behind.abs() / 60, behind.abs() % 60);
    desk.state.session.zone = jiff::tz::TimeZone::posix(&format!("NOON{sign}{hours}:{minutes:02}")).unwrap();
    desk.verify();
    desk
}

/// The same look of the providers in every run.
pub fn steady_providers(desk: &mut Desk) {
    for provider in &mut desk.state.providers {
        provider.health.latency = Some(Duration::from_millis(42));
        provider.latencies = [21, 42, 42].into();
        provider.health.budget = Some(20);
        // A time that a narrow line cuts in two could not be masked.
        provider.health.token_until = None;
        // Of several answers that come at once the last one counts here; each is told in its own place.
        (provider.health.problem, provider.health.reachable) = (None, Some(true));
    }
    for card in &mut desk.state.systems.cards {
        for one in &mut card.found {
            match one.topic {
                "reach" => one.says = "answers within 42 ms".into(),
                // A slow machine may see the turn of a second between two clocks.
                "clock" => one.says = "0 s apart".into(),
                _ => {}
            }
        }
    }
}

/// How to get to a screen.
type Way = fn(&mut Desk);

const SCREENS: [(&str, Way); 15] = [
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
fn runs(now: Timestamp) -> Vec<RunSummary> {
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
fn stopped_run(desk: &Desk) -> ReadyRun {
    let row = |n: u64| Row {
        account: Some(Planned {
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
fn exchanges() -> Vec<RequestLogEntry> {
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

const SIZES: [(u16, u16); 5] = [(30, 8), (80, 24), (100, 30), (120, 40), (160, 50)];

/// Which cells are bold (`b`), reversed (`r`), both (`B`), underlined (`u`): what mono tells states apart by.
pub fn weights(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let weight =
            |modifier: Modifier| match (modifier.contains(Modifier::BOLD), modifier.contains(Modifier::REVERSED)) {
                (true, true) => 'B',
                (true, false) => 'b',
                (false, true) => 'r',
                (false, false) => '.',
            };
        let row: String = row.iter().map(|cell| weight(cell.modifier)).collect();
        out.push_str(row.trim_end_matches('.'));
        out.push('\n');
    }
    out
}

/// The colour of each cell by its first letter, in capitals where it is bold; `.` for the default colour, `~` for dim.
fn colours(buffer: &Buffer) -> String {
    let letter = |cell: &ratatui::buffer::Cell| match cell.fg {
        _ if cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED) => '.',
        Color::Reset if cell.modifier.contains(Modifier::DIM) => '~',
        Color::Reset if cell.modifier.contains(Modifier::REVERSED) => '#',
        Color::Reset if cell.modifier.contains(Modifier::UNDERLINED) => '_',
        Color::Reset if cell.modifier.contains(Modifier::BOLD) => 'B',
        Color::Reset => '.',
        colour => {
            let name = colour.to_string().trim_start_matches("Light").to_owned();
            let first = name.chars().next().unwrap_or('?');
            if cell.modifier.contains(Modifier::BOLD) { first } else { first.to_ascii_lowercase() }
        }
    };
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let lines = rows.map(|row| row.iter().map(letter).collect::<String>().trim_end_matches('.').to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_screen_at_every_size() {
    for (name, way) in SCREENS {
        let world = World::new();
        let mut desk = desk_of(&world, 80, 24);
        way(&mut desk);
        for (width, height) in SIZES {
            desk.take(Message::Resize(width, height));
            steady_providers(&mut desk);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), steady(&desk.screen()));
        }
        desk.take(Message::Resize(80, 24));
        steady_providers(&mut desk);
        insta::assert_snapshot!(format!("{name}_mono"), weights(&desk.buffer(Appearance::new(false, false))));
        for theme in ["high_contrast", "colour_blind"] {
            let appearance = Appearance::with(Theme::named(theme).unwrap(), false);
            insta::assert_snapshot!(format!("{name}_{theme}"), colours(&desk.buffer(appearance)));
        }
        let ascii = text(&desk.buffer(Appearance::new(false, true)));
        insta::assert_snapshot!(format!("{name}_ascii"), steady(&ascii));
        // Names from outside keep their letters here; the writer replaces what such a terminal can't show.
        assert!(ascii.chars().filter(|c| !c.is_ascii()).all(|c| !"┌┐└┘│─●○◆×▌·…–■□█░▁▂▃▄▅▆▇▲▼".contains(c)), "{ascii}");
    }
}

#[test]
fn what_goes_wrong_is_told_in_its_place() {
    let failures: [(&str, serde_json::Value); 5] = [
        ("login_refused", json!({"fault": "status", "status": 403, "match": "/users"})),
        ("unavailable", json!({"fault": "status", "status": 503, "match": "/users"})),
        ("no_json", json!({"fault": "body", "body": "<html>proxy</html>", "match": "/users"})),
        ("cut", json!({"fault": "cut", "match": "/users"})),
        ("password_hidden", json!({"fault": "status", "status": 403, "match": "/password"})),
    ];
    for (name, fault) in failures {
        let world = World::new();
        let mut desk = desk_of(&world, 80, 24);
        desk.look_at("ada");
        world.fault(fault);
        desk.press("r");
        desk.settle_within(Duration::from_secs(5));
        steady_providers(&mut desk);
        insta::assert_snapshot!(format!("failure_{name}"), unnumbered(&steady(&desk.screen())));
    }
    let world = World::new();
    let mut desk = desk_of(&world, 80, 24);
    desk.look_at("ada");
    world.fault(json!({"fault": "status", "status": 409, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    desk.verify();
    steady_providers(&mut desk);
    insta::assert_snapshot!("failure_refused_unlock", unnumbered(&steady(&desk.screen())));
}

/// Correlation ids are of one run only.
fn unnumbered(screen: &str) -> String {
    let mut out = String::new();
    for line in screen.lines() {
        let is_id = |word: &str| {
            word.len() >= 8
                && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
                && word.contains(|c: char| c.is_ascii_digit())
        };
        out.push_str(&mask(line, |word| is_id(word) && word != ADA, 'x'));
        out.push('\n');
    }
    out
}
