//! One line of a ledger, read back: its wire form and what it says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::{
    AccountKey, Answered, ChainLink, DeviceAnswer, DeviceStatus, IntentId, Layer, Outcome, Papers, Part, ProviderName,
    Unlock, Untrusted,
};

use super::chain;
use super::host_clock::HostClock;
use super::read::{Ending, Entry, Event, Opened, Refusal, Started};
use super::record::Head;

#[derive(Deserialize)]
struct Line {
    seq: u64,
    time: i64,
    actor: Actor,
    #[serde(default)]
    user: Option<User>,
    unmapped: Unmapped,
}

#[derive(Deserialize)]
struct Actor {
    user: User,
}

#[derive(Deserialize)]
struct User {
    uid: Untrusted,
    name: Option<Untrusted>,
    email_addr: Option<Untrusted>,
}

#[derive(Deserialize)]
struct Unmapped {
    unbolt: Own,
}

#[derive(Deserialize)]
struct Own {
    record: String,
    intent: Option<Uuid>,
    provider: Option<String>,
    system: Option<Untrusted>,
    layer: Option<String>,
    seen: Option<String>,
    ticket: Option<Untrusted>,
    verified: Option<Untrusted>,
    outcome: Option<String>,
    handle: Option<Untrusted>,
    run: Option<Uuid>,
    row: Option<u32>,
    sha256: Option<String>,
    #[serde(default)]
    again: bool,
    #[serde(default)]
    typed_id: bool,
    #[serde(default)]
    further: bool,
    rule: Option<Untrusted>,
    #[serde(default)]
    why: Untrusted,
    #[serde(default)]
    verdicts: Vec<String>,
    #[serde(default)]
    totals: BTreeMap<String, u64>,
    stopped: Option<Untrusted>,
    problem: Option<ProblemLine>,
    command: Option<Untrusted>,
    device: Option<Untrusted>,
    status: Option<Untrusted>,
    at: Option<Timestamp>,
    #[serde(default)]
    chain: Vec<LinkLine>,
    users: Option<Vec<Untrusted>>,
    #[serde(default)]
    detail: Untrusted,
    #[serde(default)]
    event: Untrusted,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    contradicts: bool,
    #[serde(default)]
    heads: Vec<Head>,
    file: Option<String>,
    in_flight: Option<Vec<String>>,
    clock: Option<ClockLine>,
    beside: Option<Uuid>,
}

#[derive(Deserialize)]
struct ClockLine {
    boot: String,
    ms: u64,
}

#[derive(Deserialize)]
struct LinkLine {
    code: Option<i64>,
    domain: Untrusted,
    text: Untrusted,
}

#[derive(Deserialize)]
struct ProblemLine {
    #[serde(default)]
    what: Untrusted,
    #[serde(default)]
    why: Untrusted,
}

impl Own {
    fn ending(&self) -> Option<Ending> {
        let why = self.problem.as_ref().map(|problem| {
            let parts = [&problem.what, &problem.why].into_iter().filter(|part| !part.is_blank());
            parts.map(Untrusted::as_data).collect::<Vec<_>>().join(": ")
        });
        Some(Ending {
            outcome: Outcome::named(self.outcome.as_deref()?)?,
            handle: self.handle.clone(),
            why: why.unwrap_or_default().into(),
            again: self.again,
        })
    }

    fn answered(self) -> Option<Answered> {
        let link = |link: LinkLine| ChainLink { code: link.code, domain: link.domain, text: link.text };
        let answer = DeviceAnswer {
            command: self.command?,
            device: self.device?,
            status: DeviceStatus::named(&self.status?),
            chain: self.chain.into_iter().map(link).collect(),
            users: self.users,
            detail: self.detail,
            event: self.event,
            at: self.at?,
            evidence: self.evidence,
        };
        let provider = ProviderName::new(self.provider.as_deref()?)?;
        Some(Answered { intent: IntentId(self.intent?), provider, answer, contradicts: self.contradicts })
    }
}

/// One complete line; none when it is no record that can be understood.
#[must_use]
pub fn entry(line: &str) -> Option<Entry> {
    let (_, hash) = chain::open(line)?;
    let parsed: Line = serde_json::from_str(line).ok()?;
    let operator_uid = parsed.actor.user.uid.clone();
    let operator = parsed.actor.user.name.unwrap_or(parsed.actor.user.uid);
    let own = parsed.unmapped.unbolt;
    let clock = own.clock.as_ref().map(|clock| HostClock { boot: clock.boot.clone(), millis: clock.ms });
    let at = Timestamp::from_millisecond(parsed.time).ok()?;
    let event = match own.record.as_str() {
        "open" => Event::Open(Opened { file: own.file, heads: own.heads, in_flight: own.in_flight }),
        "outcome" => Event::Outcome(IntentId(own.intent?), Box::new(own.ending()?)),
        "plan" => Event::Planned(own.run?, own.sha256?, own.totals),
        "run" => Event::Started(
            own.run?,
            Box::new(Started {
                sha256: own.sha256.unwrap_or_default(),
                verdicts: own.verdicts,
                papers: Papers { ticket: own.ticket, verified: own.verified },
            }),
        ),
        "run_end" => Event::RunEnded(own.run?, own.stopped),
        "row" => {
            let part = Part { run: own.run?, row: own.row? };
            Event::Row(part, Box::new(own.ending()?))
        }
        "answer" => Event::Answer(Box::new(own.answered()?)),
        "refusal" => {
            let user = parsed.user?;
            Event::Refused(Box::new(Refusal {
                at,
                operator: operator.clone(),
                key: AccountKey { provider: ProviderName::new(own.provider.as_deref()?)?, id: user.uid },
                username: user.name.unwrap_or_default(),
                ticket: own.ticket,
                rule: own.rule?,
                why: own.why,
            }))
        }
        "intent" => {
            let user = parsed.user?;
            let unlock = Unlock {
                key: AccountKey { provider: ProviderName::new(own.provider.as_deref()?)?, id: user.uid },
                layer: Layer::named(own.layer.as_deref()?)?,
                username: user.name.unwrap_or_default(),
                email: user.email_addr,
                ticket: own.ticket,
                verified: own.verified,
                seen: own.seen.unwrap_or_default(),
                operator: operator.clone(),
                system: own.system.unwrap_or_default(),
                aliases: Vec::new(),
                typed_id: own.typed_id,
                further: own.further,
                beside: own.beside.map(IntentId),
                part: own.run.zip(own.row).map(|(run, row)| Part { run, row }),
            };
            Event::Intent(IntentId(own.intent?), Box::new(unlock))
        }
        _ => Event::Other,
    };
    Some(Entry { seq: parsed.seq, hash: hash.to_owned(), at, operator, operator_uid, clock, event })
}
