//! `unbolt ledger verify`: every byte, every number, every head that is known.

use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::console::{clear_progress, input, progress, say};
use crate::cli::exit::Exit;
use crate::cli::json;
use crate::cli::output::out;
use crate::domain::Untrusted;
use crate::ledger::{Head, VerifyFinding, VerifyProgress, VerifyResult, VerifySeverity, verify};

use super::unreadable;

pub fn run(directory: &Path, kept: Option<&Path>, as_json: bool) -> Result<Exit, Exit> {
    let listed = kept.map(heads).transpose()?;
    if listed.as_ref().is_some_and(Vec::is_empty) {
        return Err(Exit::Usage.because(
            "the list of heads names none: it is made by `unbolt ledger verify --json`, syslog or the journal",
        ));
    }
    let (known, others): (Vec<_>, Vec<_>) =
        listed.unwrap_or_default().into_iter().partition(|(_, head)| head.is_some());
    let known: Vec<Head> = known.into_iter().filter_map(|(_, head)| head).collect();
    let mut shown = 0;
    let mut tell = |so_far: VerifyProgress| {
        if std::mem::replace(&mut shown, so_far.percent()) != so_far.percent() {
            progress(&format!("{} % checked", so_far.percent()));
        }
    };
    let VerifyResult { files, records, heads, mut findings } =
        verify(directory, &known, &mut tell).map_err(|e| unreadable(directory, &e))?;
    clear_progress();
    findings.extend(others.into_iter().map(|(number, _)| not_a_head(number)));
    let broken = findings.iter().any(|finding| finding.severity == VerifySeverity::Broken);
    if as_json {
        let head = |head: Head| json!({"file": head.file, "seq": head.seq, "hash": head.hash});
        json::print(json!({
            "intact": !broken,
            "files": files,
            "records": records,
            "heads": heads.into_iter().map(head).collect::<Vec<_>>(),
            "findings": findings.iter().map(row).collect::<Vec<_>>(),
        }));
    } else {
        for finding in &findings {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            let weight = if finding.severity == VerifySeverity::Broken { "BROKEN" } else { "note" };
            out(&Untrusted::from(format!("{weight}  {}{line}: {}", finding.file, finding.what)).line());
        }
        let verdict = if broken { "is NOT intact" } else { "is intact" };
        out(&format!("the ledger {verdict}: {records} records in {files} files"));
        if kept.is_none() {
            say("what was cut off its end shows only against heads kept elsewhere: --against FILE");
        }
    }
    Ok(if broken { Exit::Failed } else { Exit::Done })
}

fn row(finding: &VerifyFinding) -> Value {
    let severity = if finding.severity == VerifySeverity::Broken { "broken" } else { "note" };
    json!({"severity": severity, "file": finding.file, "line": finding.line, "what": finding.what})
}

/// A head that can't be read may be the very one that would show what was cut off.
fn not_a_head(number: usize) -> VerifyFinding {
    VerifyFinding {
        severity: VerifySeverity::Broken,
        file: "the list of heads".to_owned(),
        line: Some(number),
        what: "a head that can't be read".to_owned(),
    }
}

/// The heads in a list by their places: what `verify --json` prints, or lines of a log with a head somewhere in each.
fn heads(path: &Path) -> Result<Vec<(usize, Option<Head>)>, Exit> {
    let mut text = String::new();
    let read = input(path).and_then(|mut input| input.read_to_string(&mut text));
    read.map_err(|e| Exit::Usage.because(&format!("the list of heads {}: {e}", path.display())))?;
    if let Ok(document) = serde_json::from_str::<Value>(&text)
        && let Some(listed) = document.get("heads").and_then(Value::as_array)
    {
        return Ok((1..).zip(listed.iter().map(head)).collect());
    }
    let of_line = |line: &str| head(&serde_json::from_str(line.get(line.find('{')?..)?).ok()?);
    // A log has lines of others too.
    let speaks_of_one = |line: &str| line.contains("ledger head") || line.contains("\"hash\"");
    let lines = (1..).zip(text.lines()).filter(|(_, line)| speaks_of_one(line));
    Ok(lines.map(|(number, line)| (number, of_line(line))).collect())
}

/// A head by its own members, or by the journal's fields (`journalctl -o json`), which are all text.
fn head(value: &Value) -> Option<Head> {
    let member = |name: &str, field: &str| value.get(name).or_else(|| value.get(field));
    let seq = member("seq", "UNBOLT_SEQ")?;
    Some(Head {
        file: member("file", "UNBOLT_FILE")?.as_str()?.to_owned(),
        seq: seq.as_u64().or_else(|| seq.as_str()?.parse().ok())?,
        hash: member("hash", "UNBOLT_HASH")?.as_str()?.to_owned(),
    })
}
