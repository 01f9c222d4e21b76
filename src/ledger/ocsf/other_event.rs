//! What is recorded beside intents and their outcomes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{AuditContext, UnsentRow};
use crate::ledger::entry::Refusal;
use crate::ledger::operator::Operator;

use super::envelope::{Envelope, User};
use super::event_line::EventLine;
use super::{members, problem, text};

/// What is recorded beside intents and their outcomes: plans, runs, refusals.
#[derive(Debug)]
pub enum OtherEvent<'a> {
    /// A plan was frozen.
    Planned {
        /// Its id.
        plan: Uuid,
        /// Its hash.
        sha256: &'a str,
        /// How many rows it has by verdict.
        totals: BTreeMap<&'static str, u64>,
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
        audit: &'a AuditContext,
    },
    /// A row ended without a request.
    Row(&'a UnsentRow),
    /// A rule stood against an unlock; nothing was sent.
    Refused(&'a Refusal),
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
        totals: BTreeMap<&'static str, u64>,
    },
}

/// The members of a note.
pub fn note(at: Timestamp, operator: &Operator, note: &OtherEvent<'_>) -> String {
    let mut user = None;
    let event = match note {
        OtherEvent::Planned { plan, sha256, totals } => {
            EventLine::Plan { run: *plan, sha256: (*sha256).to_owned(), totals: by_word(totals) }
        }
        OtherEvent::Started { run, sha256, verdicts, audit } => EventLine::Run {
            run: *run,
            sha256: (*sha256).to_owned(),
            verdicts: verdicts.iter().map(|verdict| (*verdict).to_owned()).collect(),
            ticket: audit.ticket.as_ref().map(text),
            verified: audit.verified.as_ref().map(text),
        },
        OtherEvent::Row(row) => {
            user = Some(User { uid: text(&row.key.id), ..User::default() });
            EventLine::Row {
                run: row.part.run,
                row: row.part.row,
                provider: row.key.provider.to_string(),
                outcome: row.outcome.word().to_owned(),
                problem: row.problem.as_deref().map(problem),
            }
        }
        OtherEvent::Refused(one) => {
            user = Some(User { uid: text(&one.key.id), name: Some(text(&one.username)), email_addr: None });
            EventLine::Refusal {
                provider: one.key.provider.to_string(),
                rule: text(&one.rule),
                why: text(&one.why),
                ticket: one.ticket.as_ref().map(text),
            }
        }
        OtherEvent::WebhookRefused { count } => EventLine::WebhookRefused { count: *count },
        OtherEvent::Ended { run, stopped, totals } => {
            EventLine::RunEnd { run: *run, stopped: stopped.map(str::to_owned), totals: by_word(totals) }
        }
    };
    members(&Envelope { user, ..Envelope::new(at, operator, event) })
}

fn by_word(totals: &BTreeMap<&'static str, u64>) -> BTreeMap<String, u64> {
    totals.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}
