//! The records that this program writes, as the text of their members.

pub mod envelope;
pub mod event_line;
mod other_event;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::domain::escape::json_inert;
use crate::domain::{IntentAnswer, IntentId, Outcome, Problem, Step, Unlock, Untrusted};

use super::boot_time::BootTime;
use super::operator::Operator;
use super::reader::LedgerFile;
use super::unreferenced_heads::UnreferencedHeads;
use envelope::{Envelope, Product, User};
use event_line::{
    AnswerRecord, ChainLinkRecord, ClockRecord, EventLine, IntentRecord, OutcomeRecord, ProblemRecord, StepRecord,
};

pub use envelope::OCSF;
pub use event_line::Head;
pub use other_event::{OtherEvent, note};

impl Head {
    /// The head of a file; none when it has no readable line.
    pub fn of(file: &LedgerFile) -> Option<Self> {
        let last = file.entries.last()?;
        Some(Self { file: file.name.clone(), seq: last.seq, hash: last.hash.clone() })
    }
}

/// How an intent ended.
#[derive(Debug)]
pub struct OutcomeEvent<'a> {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, where it isn't good.
    pub problem: Option<&'a Problem>,
    /// What was seen on the way.
    pub steps: &'a [Step],
    /// The system's own id of the request.
    pub handle: Option<&'a Untrusted>,
    /// True when it wasn't carried out and is asked for again with a new intent.
    pub again: bool,
}

/// The members of a file's first record.
pub fn opening(at: Timestamp, operator: &Operator, file: &str, unnamed: &UnreferencedHeads) -> String {
    let event = EventLine::Open {
        file: Some(file.to_owned()),
        heads: unnamed.heads.clone(),
        in_flight: Some(unnamed.in_flight.clone()),
    };
    let app = Some(Product::OWN);
    members(&Envelope { app, status_id: 1, status: "Success", ..Envelope::new(at, operator, event) })
}

/// The members of an intent: what is about to be sent.
pub fn intent(at: Timestamp, operator: &Operator, id: IntentId, unlock: &Unlock) -> String {
    let event = EventLine::Intent(Box::new(IntentRecord {
        intent: id.0,
        provider: unlock.key.provider.to_string(),
        system: text(&unlock.system),
        layer: unlock.layer.0.to_owned(),
        seen: unlock.seen.clone(),
        ticket: unlock.ticket.as_ref().map(text),
        verified: unlock.verified.as_ref().map(text),
        typed_id: unlock.typed_id,
        further: unlock.further,
        clock: BootTime::now().map(|clock| ClockRecord { boot: clock.boot, ms: clock.millis }),
        beside: unlock.beside.map(|earlier| earlier.0),
        run: unlock.part.map(|part| part.run),
        row: unlock.part.map(|part| part.row),
    }));
    let user = Some(User { email_addr: unlock.email.as_ref().map(text), ..user(unlock) });
    members(&Envelope { user, status_id: 0, status: "Unknown", ..Envelope::new(at, operator, event) })
}

/// The members of an outcome: how the intent of that id ended. It became known by `run`, the process that asked, by
/// `resolve`, a later one that read it, or by `hand`, a person who closed it.
pub fn outcome(
    at: Timestamp,
    operator: &Operator,
    (intent, unlock): (IntentId, &Unlock),
    end: &OutcomeEvent<'_>,
    by: &str,
) -> String {
    let (status_id, status) = match end.outcome {
        outcome if outcome.is_done() => (1, "Success"),
        Outcome::Unknown | Outcome::Accepted | Outcome::PendingApproval | Outcome::Closed => (0, "Unknown"),
        _ => (2, "Failure"),
    };
    let step = |step: &Step| StepRecord {
        at: step.at.to_string(),
        state: step.state.word().to_owned(),
        detail: text(&step.detail),
    };
    let event = EventLine::Outcome(Box::new(OutcomeRecord {
        intent: intent.0,
        provider: unlock.key.provider.to_string(),
        layer: unlock.layer.0.to_owned(),
        outcome: end.outcome.word().to_owned(),
        by: by.to_owned(),
        steps: end.steps.iter().map(step).collect(),
        problem: end.problem.map(problem),
        again: end.again,
        handle: end.handle.map(text),
    }));
    let (user, status_detail) = (Some(user(unlock)), Some(end.outcome.word().to_owned()));
    members(&Envelope { status_id, status, status_detail, user, ..Envelope::new(at, operator, event) })
}

/// The members of a device's answer, as it came in later.
pub fn answer(at: Timestamp, operator: &Operator, answered: &IntentAnswer) -> String {
    let answer = &answered.answer;
    let link = |link: &crate::domain::ErrorChainItem| ChainLinkRecord {
        code: link.code,
        domain: text(&link.domain),
        text: text(&link.text),
    };
    let event = EventLine::Answer(Box::new(AnswerRecord {
        intent: answered.intent.0,
        provider: answered.provider.to_string(),
        command: text(&answer.command),
        device: text(&answer.device),
        status: answer.status.word().to_owned(),
        at: answer.at,
        chain: answer.chain.iter().map(link).collect(),
        detail: text(&answer.detail),
        event: text(&answer.event),
        evidence: answer.evidence.clone(),
        contradicts: answered.contradicts,
        users: answer.users.as_ref().map(|users| users.iter().map(text).collect()),
    }));
    let status_detail = Some(answer.status.word().to_owned());
    members(&Envelope { status_detail, ..Envelope::new(at, operator, event) })
}

fn text(text: &Untrusted) -> String {
    text.as_data().to_owned()
}

fn user(unlock: &Unlock) -> User {
    User { uid: text(&unlock.key.id), name: Some(text(&unlock.username)), email_addr: None }
}

fn problem(problem: &Problem) -> ProblemRecord {
    ProblemRecord { code: problem.code.word().to_owned(), what: problem.what.to_string(), why: text(&problem.why) }
}

/// The inside of the object, inert, so that the file itself can be shown on a terminal.
fn members(envelope: &Envelope) -> String {
    // Text, numbers and lists of them: there is nothing in it that JSON couldn't say.
    let json = json_inert(&serde_json::to_string(envelope).unwrap_or_default());
    json.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(str::to_owned).unwrap_or(json)
}
