//! `unbolt check`: what works of each provider, what doesn't, and what shouldn't.

use std::cmp::Reverse;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::domain::{CheckGrade, CheckResult, ProviderKind, ProviderName, in_words};
use crate::engine::check;
use crate::engine::webhook_refusals::Refusals;
use crate::widgets::columns::Column;
use crate::widgets::format::grade;

use super::args::Cli;
use super::console::{clear_progress, progress, say};
use super::exit::Exit;
use super::table::{self, TableField};
use super::{completion_candidates, json, setup, style};

#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Only this provider
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion_candidates::providers))]
    pub provider: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(cli: &Cli, arguments: &CheckArgs) -> Result<Exit, Exit> {
    screen(cli)?;
    let core = setup::core(cli)?;
    let only = setup::provider(&core, arguments.provider.as_deref())?;
    let meant = |name: &ProviderName| only.as_ref().is_none_or(|only| only == name);
    let providers: Vec<_> = core.providers().iter().filter(|provider| meant(&provider.info().name)).collect();
    let refused = Refusals::read(core.ledger_directory());
    let names: Vec<&str> = providers.iter().map(|provider| provider.info().name.as_str()).collect();
    progress(&format!("checking {}", names.join(", ")));
    let looks = providers.iter().map(|provider| async {
        let found = check::findings(provider, core.policy(), &refused).await;
        (provider.info().name.clone(), provider.info().kind, found)
    });
    let checked = setup::with_core(&core, join_all(looks))?;
    clear_progress();
    if arguments.json {
        json::print(checked.iter().map(row).collect::<Vec<_>>());
    } else {
        print(&checked);
        sum(&checked);
    }
    Ok(Exit::of_part(checked.iter().filter(|one| works(one)).count(), checked.len()))
}

/// A system, and what was found of it.
type Checked = (ProviderName, ProviderKind, Vec<CheckResult>);

fn works((_, _, found): &Checked) -> bool {
    found.iter().all(|one| one.grade != CheckGrade::Bad)
}

/// What the screen would refuse is refused here: its theme and its keys.
fn screen(cli: &Cli) -> Result<(), Exit> {
    let config = setup::effective(cli)?.config;
    let looks = style::appearance(cli, &config).and_then(|_| style::keymap(&config));
    looks.map(|_| ()).map_err(Exit::Usage.saying())
}

/// Which systems work, last: there it shows, however long the table is.
fn sum(checked: &[Checked]) {
    let failed: Vec<&str> = checked.iter().filter(|one| !works(one)).map(|(name, ..)| name.as_str()).collect();
    let worked = checked.len() - failed.len();
    let failed = if failed.is_empty() { String::new() } else { format!("; these don't: {}", failed.join(", ")) };
    say(&format!("{worked} of {} systems work{failed}", checked.len()));
}

const COLUMNS: [Column; 4] = [
    Column::name("SYSTEM", 6, 0),
    Column::fact("RESULT", 4, 0),
    Column::fact("CHECK", 5, 0),
    Column::name("FINDING", 16, 0),
];

/// What is wrong stands first.
fn print(checked: &[Checked]) {
    let look = style::text();
    let mut systems: Vec<_> = checked.iter().collect();
    systems.sort_by_key(|(_, _, found)| Reverse(CheckResult::worst(found)));
    let rows = systems.into_iter().flat_map(|(name, _, found)| {
        let mut found: Vec<&CheckResult> = found.iter().collect();
        found.sort_by_key(|one| Reverse(one.grade));
        found.into_iter().map(move |one| (name, one))
    });
    let fields = |(name, one): (&ProviderName, &CheckResult)| {
        let (word, severity) = grade(one.grade);
        let next = if one.next.is_empty() { String::new() } else { format!(". Next: {}", one.next) };
        vec![
            TableField::plain(name.as_str()),
            TableField::new(word, look.tone(severity)).piped(one.grade.word()),
            TableField::plain(in_words(one.topic)).piped(one.topic),
            TableField::plain(format!("{}{next}", one.says.line().trim_end_matches('.'))),
        ]
    };
    table::print(&COLUMNS, rows.map(fields));
}

fn row(checked: &Checked) -> Value {
    let (name, kind, found) = checked;
    let finding = |one: &CheckResult| json!({"topic": one.topic, "grade": one.grade.word(), "says": one.says.as_data(), "next": one.next});
    json!({
        "provider": name.as_str(),
        "kind": kind.word(),
        "ok": works(checked),
        "findings": found.iter().map(finding).collect::<Vec<_>>(),
    })
}
