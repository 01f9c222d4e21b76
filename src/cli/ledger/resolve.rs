//! `unbolt ledger resolve`: looks again at what was left without an outcome.

use serde_json::json;

use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::table::{self, TableField};
use crate::cli::{json, setup};
use crate::domain::Outcome;
use crate::engine::resolve_unlocks;

use super::open_unlocks;

/// Of an unlock's line: system, user.
const WIDTHS: [u16; 2] = [12, 24];

pub fn run(cli: &Cli, as_json: bool) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    setup::with_core(&core, async {
        let open = open_unlocks(&core)?;
        if open.is_empty() {
            say("no outcome is unknown");
        }
        let (mut outcomes, mut rows, mut unrecorded) = (Vec::new(), Vec::new(), false);
        for unlocked in open {
            let resolved =
                resolve_unlocks::resolve(&core, &unlocked, resolve_unlocks::ResolvePurpose::Learn, &say).await;
            outcomes.push(resolved.outcome);
            unrecorded |= resolved.problem.as_ref().is_some_and(|problem| problem.code.is_ledger());
            let unlock = &unlocked.unlock;
            if as_json {
                rows.push(json!({
                    "intent": unlocked.intent.to_string(),
                    "provider": unlock.key.provider.as_str(),
                    "id": unlock.key.id.as_data(),
                    "username": unlock.username.as_data(),
                    "outcome": resolved.outcome.word(),
                    "problem": resolved.problem.as_ref().map(json::problem),
                }));
            } else {
                let fields = [
                    TableField::plain(unlock.key.provider.as_str()),
                    TableField::plain(unlock.username.line()),
                    TableField::plain(resolved.outcome.in_words()),
                ];
                table::stream(&WIDTHS, &fields);
            }
            if let Some(problem) = &resolved.problem {
                say(&problem.line());
            }
        }
        if as_json {
            json::print(rows);
        }
        // Known to be still locked is an answer: the question was whether it is known.
        Ok(if unrecorded {
            Exit::Refused
        } else if outcomes.contains(&Outcome::Unknown) {
            Exit::Unknown
        } else if outcomes.iter().any(|outcome| outcome.is_waiting()) {
            Exit::Waiting
        } else {
            Exit::Done
        })
    })?
}
