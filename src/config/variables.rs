//! The settings that environment variables may hold; rules and providers are not among them.

use serde::Deserialize as _;
use toml::{Table, Value};

use crate::settings::diagnostics::{Complaint, suggest};

use super::load::RootTable;

/// How our own variables begin.
pub const PREFIX: &str = "UNBOLT_";
/// The settings that variables may hold; rules and providers are not among them.
const VARIABLES: [(&str, &str); 9] = [
    ("ledger", "directory"),
    ("screen", "label"),
    ("screen", "ascii"),
    ("screen", "color"),
    ("screen", "theme"),
    ("screen", "keymap"),
    ("people", "join"),
    ("people", "map"),
    ("webhook", "listen"),
];

/// A complaint about a variable.
pub fn wrong_variable(name: &str, why: &str) -> Complaint {
    Complaint::new(format!("the environment variable {name}: {why}"))
}

/// The setting that a variable names.
pub fn known(name: &str) -> Result<(&'static str, &'static str), Complaint> {
    let own = |(table, key): &(&str, &str)| format!("{PREFIX}{}_{}", table.to_uppercase(), key.to_uppercase());
    VARIABLES.iter().find(|setting| own(setting) == name).copied().ok_or_else(|| {
        let mut complaint = wrong_variable(name, "it names no setting");
        let all: Vec<String> = VARIABLES.iter().map(own).collect();
        complaint.nearest = suggest(name, all.iter().map(String::as_str));
        complaint
    })
}

/// A variable's text as the value that the setting takes: text, or what TOML would read.
pub fn typed(table: &str, key: &str, text: &str) -> Result<Value, String> {
    let fits = |value: &Value| {
        let inner = Table::from_iter([(key.to_owned(), value.clone())]);
        RootTable::deserialize(Table::from_iter([(table.to_owned(), Value::Table(inner))]))
    };
    let plain = Value::String(text.to_owned());
    let why = match fits(&plain) {
        Ok(_) => return Ok(plain),
        Err(e) => e.message().to_owned(),
    };
    let read: Result<Table, _> = toml::from_str(&format!("value = {text}"));
    match read.ok().and_then(|table| table.get("value").cloned()).filter(|value| fits(value).is_ok()) {
        Some(value) => Ok(value),
        None => Err(why),
    }
}
