//! `unbolt config show` and `unbolt config path`

use std::path::Path;

use serde::Serialize;
use serde_json::json;
use toml::{Table, Value};

use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::out;
use crate::cli::table::{self, TableField};
use crate::cli::{json, setup, style};
use crate::config::layers::SYSTEM_FILE;
use crate::config::policy::PolicySettings;
use crate::config::{Effective, Origin, default_path, policy};
use crate::domain::Untrusted;
use crate::widgets::columns::Column;

/// A value in force.
struct Row {
    key: String,
    value: Value,
    origins: Vec<Origin>,
}

pub fn run(cli: &Cli, as_json: bool) -> Result<Exit, Exit> {
    let found = setup::effective(cli)?;
    let rows = rows(&found);
    let origins = |row: &Row| row.origins.iter().map(ToString::to_string).collect::<Vec<_>>();
    if as_json {
        let row = |row: &Row| json!({"key": row.key, "value": row.value, "from": origins(row)});
        json::print(rows.iter().map(row).collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    let theme = style::text().theme;
    let fields = |row: &Row| {
        let is_default = row.origins.iter().all(|origin| matches!(origin, Origin::Default));
        let tone = if is_default { theme.muted } else { theme.plain };
        vec![
            TableField::plain(Untrusted::from(row.key.as_str()).line()),
            TableField::new(Untrusted::from(origins(row).join(" + ")).line(), tone),
            TableField::plain(Untrusted::from(row.value.to_string()).line()),
        ]
    };
    table::print(&COLUMNS, rows.iter().map(fields));
    Ok(Exit::Done)
}

const COLUMNS: [Column; 3] = [Column::fact("SETTING", 24, 0), Column::name("FROM", 8, 1), Column::name("VALUE", 16, 0)];

pub fn path(cli: &Cli) -> Exit {
    let there = |path: &Path| if path.exists() { "" } else { "  (not there)" };
    let mut files = vec![Path::new(SYSTEM_FILE).to_owned()];
    if !crate::config::is_service().unwrap_or(true) {
        files.extend(setup::named_file(cli.config.clone()).or_else(default_path));
    }
    files.push(Path::new(policy::SYSTEM_FILE).to_owned());
    for path in files {
        out(&Untrusted::from(format!("{}{}", path.display(), there(&path))).line());
    }
    Exit::Done
}

fn rows(found: &Effective) -> Vec<Row> {
    let config = &found.config;
    let mut rows = Vec::new();
    let mut add = |prefix: &str, table: Table| {
        for (key, value) in table {
            let key = format!("{prefix}.{key}");
            let origins = found.origins.get(&key).cloned().unwrap_or_else(|| vec![Origin::Default]);
            rows.push(Row { key, value: shown(value), origins });
        }
    };
    let mut ledger = table(&config.ledger);
    if let Ok(directory) = setup::ledger_directory(config) {
        ledger.insert("directory".to_owned(), Value::from(directory.display().to_string()));
    }
    add("ledger", ledger);
    let mode = if config.service { "service" } else { "personal" };
    add("service", Table::from_iter([("mode".to_owned(), Value::from(mode))]));
    add("screen", table(&config.screen));
    add("people", table(&config.people));
    let mut policy = table(&PolicySettings::from(&config.policy));
    // Each file's own has to be kept: several patterns, and several sets of hours, all hold.
    let list = |texts: Vec<String>| Value::from(texts.into_iter().map(Value::from).collect::<Vec<_>>());
    if config.policy.ticket_patterns.len() > 1 {
        let patterns = config.policy.ticket_patterns.iter().map(|one| one.written().to_owned()).collect();
        policy.insert("ticket_pattern".to_owned(), list(patterns));
    }
    if config.policy.hours.len() > 1 {
        let sets = config.policy.hours.iter().map(|set| list(set.iter().map(ToString::to_string).collect()));
        policy.insert("hours".to_owned(), Value::from(sets.collect::<Vec<_>>()));
    }
    add("policy", policy);
    add("webhook", table(&config.webhook));
    for provider in &config.providers {
        let own = provider.backend.table();
        let head = Table::from_iter([("kind".to_owned(), Value::from(provider.kind().word()))]);
        let name = format!("provider.{}", provider.name);
        for part in [head, own, table(&provider.http)] {
            add(&name, part);
        }
    }
    rows
}

/// What is set of it; a setting without a value is no row.
fn table(settings: &impl Serialize) -> Table {
    Table::try_from(settings).unwrap_or_default()
}

/// A value without what may be a secret in it: a login in an address, and what a secret's program is told.
fn shown(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_login(&text)),
        Value::Array(items) => items.into_iter().map(shown).collect::<Vec<_>>().into(),
        Value::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(key, value)| match value {
                    Value::Array(argv) if key == "command" && argv.len() > 1 => {
                        let program = argv.into_iter().next();
                        (key, program.into_iter().chain([Value::from("(arguments hidden)")]).collect::<Vec<_>>().into())
                    }
                    value => (key, shown(value)),
                })
                .collect(),
        ),
        other => other,
    }
}

fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let Some((_, host)) = host.rsplit_once('@') else { return text.to_owned() };
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    format!("{scheme}://(login hidden)@{host}{path}")
}
