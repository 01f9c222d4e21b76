//! One line of a ledger, read back.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{
    AccountKey, AuditContext, DeviceAnswer, DeviceStatus, ErrorChainItem, IntentAnswer, IntentId, Layer, Outcome,
    ProviderName, RunRowId, Unlock, Untrusted,
};

use super::boot_time::BootTime;
use super::entry::{Entry, FileHeader, LedgerEvent, RecordedOutcome, Refusal, RunStart};
use super::hash_chain;
use super::ocsf::envelope::{Actor, Unmapped, User};
use super::ocsf::event_line::{AnswerRecord, ChainLinkRecord, EventLine, IntentRecord, ProblemRecord};

/// What is read of a line.
#[derive(Deserialize)]
struct RawLine {
    seq: u64,
    time: i64,
    actor: Actor,
    #[serde(default)]
    user: Option<User>,
    unmapped: Unmapped,
}

/// One complete line; none when it is no record that can be understood.
pub fn entry(line: &str) -> Option<Entry> {
    let (_, hash) = hash_chain::open(line)?;
    let parsed: RawLine = serde_json::from_str(line).ok()?;
    let User { uid, name, .. } = parsed.actor.user;
    let operator: Untrusted = name.unwrap_or_else(|| uid.clone()).into();
    let at = Timestamp::from_millisecond(parsed.time).ok()?;
    let mut clock = None;
    let event = match parsed.unmapped.unbolt {
        EventLine::Open { file, heads, in_flight } => LedgerEvent::Open(FileHeader { file, heads, in_flight }),
        EventLine::Intent(intent) => {
            clock = intent.clock.as_ref().map(|clock| BootTime { boot: clock.boot.clone(), millis: clock.ms });
            LedgerEvent::Intent(IntentId(intent.intent), Box::new(unlock(*intent, parsed.user?, &operator)?))
        }
        EventLine::Outcome(line) => {
            let ending = ending(&line.outcome, line.problem.as_ref())?;
            let handle = line.handle.map(Untrusted::from);
            LedgerEvent::Outcome(
                IntentId(line.intent),
                Box::new(RecordedOutcome { handle, again: line.again, ..ending }),
            )
        }
        EventLine::Plan { run, sha256, totals } => LedgerEvent::Planned(run, sha256, totals),
        EventLine::Run { run, sha256, verdicts, ticket, verified } => {
            let audit = AuditContext { ticket: ticket.map(Untrusted::from), verified: verified.map(Untrusted::from) };
            LedgerEvent::Started(run, Box::new(RunStart { sha256, verdicts, audit }))
        }
        EventLine::Row { run, row, outcome, problem, .. } => {
            LedgerEvent::Row(RunRowId { run, row }, Box::new(ending(&outcome, problem.as_ref())?))
        }
        EventLine::RunEnd { run, stopped, .. } => LedgerEvent::RunEnded(run, stopped.map(Untrusted::from)),
        EventLine::Answer(line) => LedgerEvent::Answer(Box::new(answered(*line)?)),
        EventLine::Refusal { provider, rule, why, ticket } => {
            let user = parsed.user?;
            LedgerEvent::Refused(Box::new(Refusal {
                key: AccountKey { provider: ProviderName::new(&provider)?, id: user.uid.into() },
                username: user.name.unwrap_or_default().into(),
                ticket: ticket.map(Untrusted::from),
                rule: rule.into(),
                why: why.into(),
            }))
        }
        EventLine::WebhookRefused { .. } | EventLine::Other => LedgerEvent::Other,
    };
    Some(Entry { seq: parsed.seq, hash: hash.to_owned(), at, operator, operator_uid: uid.into(), clock, event })
}

fn unlock(line: IntentRecord, user: User, operator: &Untrusted) -> Option<Unlock> {
    Some(Unlock {
        key: AccountKey { provider: ProviderName::new(&line.provider)?, id: user.uid.into() },
        layer: Layer::named(&line.layer)?,
        username: user.name.unwrap_or_default().into(),
        email: user.email_addr.map(Untrusted::from),
        ticket: line.ticket.map(Untrusted::from),
        verified: line.verified.map(Untrusted::from),
        seen: line.seen,
        operator: operator.clone(),
        system: line.system.into(),
        aliases: Vec::new(),
        typed_id: line.typed_id,
        further: line.further,
        beside: line.beside.map(IntentId),
        part: line.run.zip(line.row).map(|(run, row)| RunRowId { run, row }),
    })
}

fn ending(outcome: &str, problem: Option<&ProblemRecord>) -> Option<RecordedOutcome> {
    let why = problem.map(|problem| {
        let parts = [&problem.what, &problem.why].into_iter().filter(|part| !part.trim().is_empty());
        parts.cloned().collect::<Vec<_>>().join(": ")
    });
    Some(RecordedOutcome {
        outcome: Outcome::named(outcome)?,
        handle: None,
        why: why.unwrap_or_default().into(),
        again: false,
    })
}

fn answered(line: AnswerRecord) -> Option<IntentAnswer> {
    let link =
        |link: ChainLinkRecord| ErrorChainItem { code: link.code, domain: link.domain.into(), text: link.text.into() };
    let answer = DeviceAnswer {
        command: line.command.into(),
        device: line.device.into(),
        status: DeviceStatus::named(&line.status.into()),
        chain: line.chain.into_iter().map(link).collect(),
        users: line.users.map(|users| users.into_iter().map(Untrusted::from).collect()),
        detail: line.detail.into(),
        event: line.event.into(),
        at: line.at,
        evidence: line.evidence,
    };
    let provider = ProviderName::new(&line.provider)?;
    Some(IntentAnswer { intent: IntentId(line.intent), provider, answer, contradicts: line.contradicts })
}
