//! Lists as JSON: an array, or a value to each line; a text is a name, an object has members like columns.

use serde_json::{Deserializer, Value};

use super::columns::column;
use super::{ListLine, entry, names, picked, rejected};

/// True when the text is one whole value.
pub(super) fn is_one(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text.trim()).is_ok()
}

/// A value to each line: a bad one never swallows the next.
pub(super) fn of_lines(text: &str) -> impl Iterator<Item = ListLine> + '_ {
    let lines = (1u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| match serde_json::from_str(line.trim()) {
        Ok(value) => of_value(number, value),
        Err(e) => rejected(number, line, format!("it is no JSON: {e}")),
    })
}

/// The whole text: an array, or values one after the other. What can't be read ends it, and is told.
pub(super) fn of_whole(text: &str) -> Vec<ListLine> {
    let mut lines = Vec::new();
    let mut number = 0;
    for value in Deserializer::from_str(text).into_iter::<Value>() {
        let values = match value {
            Ok(Value::Array(values)) => values,
            Ok(value) => vec![value],
            Err(e) => {
                let line = u64::try_from(e.line()).unwrap_or(1);
                lines.push(rejected(line, "", format!("it is no JSON, and nothing behind it is planned: {e}")));
                break;
            }
        };
        for value in values {
            number += 1;
            lines.push(of_value(number, value));
        }
    }
    lines
}

fn of_value(line: u64, value: Value) -> ListLine {
    match value {
        Value::String(who) => {
            let who = names::without_domain(names::bare(&who)).to_owned();
            let named = Some((super::ColumnConfidence::UserName, who.clone())).filter(|_| !who.is_empty());
            entry(line, || who.clone(), named.into_iter().collect(), None, None)
        }
        Value::Object(members) => {
            let text = |value: Value| match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let cells: Vec<_> = members.into_iter().map(|(name, value)| (column(&name), text(value))).collect();
            let input = cells.iter().map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(" ");
            picked(line, || input.clone(), cells.iter().map(|(column, cell)| (*column, cell.as_str())))
        }
        other => rejected(line, &other.to_string(), "it is neither an object nor a text"),
    }
}
