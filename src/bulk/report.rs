//! What became of a run, row by row and in total: as a table, CSV, JSON lines, or Markdown for the ticket.

use serde_json::{Value, json};

use crate::domain::escape::{csv_line, json_inert};
use crate::domain::{Outcome, Untrusted, in_words};

use super::plan::{Row, Verdict};

/// The word of a row that was meant and not begun.
const NOT_RUN: &str = "not_run";

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a spreadsheet; no field can be a formula.
    Csv,
    /// One JSON object per row.
    JsonLines,
    /// For a ticket.
    Markdown,
}

/// How a row ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowResult {
    /// Its outcome; none when it was not meant, or is not over.
    pub outcome: Option<Outcome>,
    /// Why, in words.
    pub why: Untrusted,
}

/// The word for a row: its outcome, or what kept it out.
pub fn word(row: &Row, ended: &RowResult, meant: bool) -> &'static str {
    match ended.outcome {
        Some(outcome) => outcome.word(),
        None if meant => NOT_RUN,
        None => row.verdict.word(),
    }
}

/// A word for people: what wasn't begun is not done.
pub fn label(word: &str) -> String {
    if word == NOT_RUN { "not done".to_owned() } else { in_words(word) }
}

/// How many there are of each word, for people.
pub fn counts<'a>(totals: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<String> {
    totals.into_iter().map(|(word, count)| format!("{count} {}", label(word))).collect()
}

/// The documented members of a row of a run.
pub fn json_row(row: &Row, word: &str, ended: &RowResult) -> Value {
    let key = row.account.as_ref().map(|account| &account.key);
    json!({
        "line": row.line,
        "input": row.input.as_data(),
        "provider": key.map(|key| key.provider.as_str()),
        "id": key.map(|key| key.id.as_data()),
        "username": row.account.as_ref().map(|account| account.username.as_data()),
        "outcome": word,
        "warnings": warnings(row, ended),
        "problem": if ended.why.is_blank() { Value::Null } else { json!(ended.why.as_data()) },
    })
}

/// What still keeps the person out after an unlock.
fn warnings<'a>(row: &'a Row, ended: &RowResult) -> Vec<&'a str> {
    row.caution().filter(|_| ended.outcome.is_some_and(Outcome::is_done)).into_iter().collect()
}

/// True for a row that somebody reads a report for: one that was meant, or that needs a look. Who is open, reports no lock
/// or stands there twice is left to the whole report.
pub fn matters(row: &Row, ended: &RowResult, meant: bool) -> bool {
    meant
        || ended.outcome.is_some()
        || !matches!(row.verdict, Verdict::Open | Verdict::NotReported | Verdict::Duplicate)
}

/// Why a row ended as it did, what still keeps its person out, or why it was left out.
pub fn why(row: &Row, ended: &RowResult) -> Untrusted {
    match (ended.why.is_blank(), ended.outcome.is_none()) {
        (true, true) => Untrusted::from(row.reason.as_str()),
        (true, false) => Untrusted::from(warnings(row, ended).concat()),
        (false, _) => ended.why.clone(),
    }
}

/// The lines of a report, beginning with its head where the form has one.
pub fn lines<'a>(
    form: ReportFormat,
    rows: impl Iterator<Item = (&'a Row, &'static str, RowResult)> + 'a,
) -> Box<dyn Iterator<Item = String> + 'a> {
    let head: &[&str] = match form {
        ReportFormat::Csv => &["line,input,provider,id,username,outcome,why"],
        ReportFormat::JsonLines => &[],
        ReportFormat::Markdown => &["| line | account | provider | outcome | why |", "|---|---|---|---|---|"],
    };
    let body = rows.map(move |(row, word, ended)| line(form, row, word, &ended));
    Box::new(head.iter().map(|line| (*line).to_owned()).chain(body))
}

fn line(form: ReportFormat, row: &Row, word: &str, ended: &RowResult) -> String {
    let provider = row.provider().map_or("-", |provider| provider.as_str());
    let why = why(row, ended);
    match form {
        ReportFormat::Csv => {
            let id = row.account.as_ref().map(|account| account.key.id.csv()).unwrap_or_default();
            let line = row.line.to_string();
            let fields = [&line, &row.input.csv(), provider, &id, &row.name().csv(), word, &why.csv()];
            csv_line(fields).trim_end().to_owned()
        }
        ReportFormat::JsonLines => json_inert(&json_row(row, word, ended).to_string()),
        ReportFormat::Markdown => {
            format!("| {} | {} | {provider} | {} | {} |", row.line, row.name().markdown(), label(word), why.markdown())
        }
    }
}
