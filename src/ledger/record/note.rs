//! What is recorded beside intents and their outcomes.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::{AccountKey, Outcome, Papers, Part, Problem, Untrusted};
use crate::ledger::operator::Operator;

use super::{ACCOUNT_UNLOCK, head, inside, with_papers};

/// What is recorded beside intents and their outcomes: plans, runs, refusals.
#[derive(Debug)]
pub enum Note<'a> {
    /// A plan was frozen.
    Planned {
        /// Its id.
        plan: Uuid,
        /// Its hash.
        sha256: &'a str,
        /// How many rows it has by verdict.
        totals: Value,
    },
    /// A run began, or was taken up again.
    Started {
        /// Its id.
        run: Uuid,
        /// The hash of its plan.
        sha256: &'a str,
        /// The verdicts that are run.
        verdicts: &'a [&'static str],
        /// The helpdesk case of rows without their own, and how the callers were verified.
        papers: &'a Papers,
    },
    /// A row ended without a request.
    Row {
        /// Which row.
        part: Part,
        /// The account.
        key: &'a AccountKey,
        /// How.
        outcome: Outcome,
        /// Why.
        problem: Option<&'a Problem>,
    },
    /// A rule stood against an unlock; nothing was sent.
    Refused {
        /// The account.
        key: &'a AccountKey,
        /// Its user name.
        username: &'a Untrusted,
        /// The helpdesk case.
        ticket: Option<&'a Untrusted>,
        /// The rule's name.
        rule: &'a str,
        /// What it says.
        why: &'a Untrusted,
    },
    /// Events for the webhook's receiver were refused.
    WebhookRefused {
        /// How many until now.
        count: u64,
    },
    /// A run ended in this process.
    Ended {
        /// Its id.
        run: Uuid,
        /// Why it stopped before its end.
        stopped: Option<&'a str>,
        /// How many rows ended how.
        totals: Value,
    },
}

/// The members of a note.
pub fn note(at: Timestamp, operator: &Operator, note: &Note<'_>) -> String {
    let mut user = None;
    let own = match note {
        Note::Planned { plan, sha256, totals } => {
            json!({"record": "plan", "run": plan.to_string(), "sha256": sha256, "totals": totals})
        }
        Note::Started { run, sha256, verdicts, papers } => {
            let own = json!({"record": "run", "run": run.to_string(), "sha256": sha256, "verdicts": verdicts});
            with_papers(own, papers.ticket.as_ref(), papers.verified.as_ref())
        }
        Note::Row { part, key, outcome, problem } => {
            user = Some(json!({"uid": key.id.as_data()}));
            json!({
                "record": "row", "run": part.run.to_string(), "row": part.row, "provider": key.provider.as_str(),
                "outcome": outcome.word(),
                "problem": problem.map(|problem| json!({"code": problem.code.word(), "what": problem.what, "why": problem.why.as_data()})),
            })
        }
        Note::Refused { key, username, ticket, rule, why } => {
            user = Some(json!({"uid": key.id.as_data(), "name": username.as_data()}));
            let own = json!({
                "record": "refusal", "provider": key.provider.as_str(), "rule": rule, "why": why.as_data(),
            });
            with_papers(own, *ticket, None)
        }
        Note::WebhookRefused { count } => json!({"record": "webhook_refused", "count": count}),
        Note::Ended { run, stopped, totals } => {
            json!({"record": "run_end", "run": run.to_string(), "stopped": stopped, "totals": totals})
        }
    };
    let mut members = head(at, operator, ACCOUNT_UNLOCK);
    members.insert("status_id".into(), json!(99));
    members.insert("status".into(), json!("Other"));
    members.extend(user.map(|user| ("user".to_owned(), user)));
    members.insert("unmapped".into(), json!({"unbolt": own}));
    inside(members)
}
