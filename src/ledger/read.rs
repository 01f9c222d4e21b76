//! Reading ledgers back. A line that can't be understood is kept and named, and never stops the rest.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::{
    AccountKey, Answered, ChainLink, DeviceAnswer, DeviceStatus, IntentId, Layer, OpenUnlock, Outcome, Part,
    ProviderName, Unlock, Untrusted,
};

use super::chain;
use super::file::{ENDING, is_held};

/// Everything in a ledger directory.
#[derive(Debug, Default)]
pub struct Journal {
    /// The files, oldest first.
    pub files: Vec<LedgerFile>,
}

/// One process's file.
#[derive(Debug)]
pub struct LedgerFile {
    /// Its name in the directory.
    pub name: String,
    /// True while its process runs: what has no outcome there is in flight, not unknown.
    pub in_flight: bool,
    /// The lines that could be read.
    pub entries: Vec<Entry>,
    /// The whole text of the complete lines, for the verifier.
    pub lines: Vec<String>,
    /// An unfinished last line, as a crash leaves it.
    pub torn: Option<String>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number in the file, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who acted: name or uid.
    pub operator: Untrusted,
    /// What it says.
    pub event: Event,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum Event {
    /// A process began to write; the heads of the files it saw.
    Open(Vec<(String, u64, String)>),
    /// An unlock is about to be sent.
    Intent(IntentId, Box<Unlock>),
    /// An intent ended.
    Outcome(IntentId, Box<Ending>),
    /// A plan was frozen: its id and its hash.
    Planned(Uuid, String),
    /// A run began or was taken up again.
    Started(Uuid, Box<Started>),
    /// A row of a run ended without a request.
    Row(Part, Box<Ending>),
    /// A device answered.
    Answer(Box<Answered>),
    /// A kind of line this version doesn't know.
    Other,
}

/// How something ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The outcome.
    pub outcome: Outcome,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
}

/// What a run was started with.
#[derive(Clone, Debug)]
pub struct Started {
    /// The hash of its plan.
    pub sha256: String,
    /// The verdicts that are run, by their words.
    pub verdicts: Vec<String>,
    /// The helpdesk case of rows without their own.
    pub ticket: Option<Untrusted>,
}

/// An intent with all that is known of its end.
#[derive(Clone, Debug)]
pub struct Unlocked {
    /// The intent.
    pub intent: IntentId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who asked.
    pub operator: Untrusted,
    /// What was asked.
    pub unlock: Unlock,
    /// The first outcome, and when it was recorded.
    pub outcome: Option<(Outcome, Timestamp)>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// True while the process that asked still runs.
    pub in_flight: bool,
}

impl Unlocked {
    /// The unlock to look at again: no outcome, or an unknown one, and its process is gone.
    #[must_use]
    pub fn open(&self) -> Option<OpenUnlock> {
        let undecided = self.outcome.is_none_or(|(outcome, _)| outcome == Outcome::Unknown || outcome.is_waiting());
        // Without any outcome record, a running process is still at it.
        let is_left = undecided && (self.outcome.is_some() || !self.in_flight);
        is_left.then(|| self.looked_at())
    }

    /// What there is to look at, whoever may be at it.
    #[must_use]
    pub fn looked_at(&self) -> OpenUnlock {
        OpenUnlock {
            intent: self.intent,
            key: self.unlock.key.clone(),
            layer: self.unlock.layer,
            asked_at: self.at,
            username: self.unlock.username.clone(),
            handle: self.handle.clone(),
        }
    }

    /// The word for a list: an outcome, `in flight`, or `unknown`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.outcome {
            Some((outcome, _)) => outcome.word(),
            None if self.in_flight => "in_flight",
            None => Outcome::Unknown.word(),
        }
    }
}

impl Journal {
    /// Every unlock, oldest first. A later decisive outcome replaces an undecided one.
    #[must_use]
    pub fn unlocks(&self) -> Vec<Unlocked> {
        let mut order: Vec<Unlocked> = Vec::new();
        let mut at: HashMap<IntentId, usize> = HashMap::new();
        for file in &self.files {
            for entry in &file.entries {
                if let Event::Intent(intent, unlock) = &entry.event {
                    at.insert(*intent, order.len());
                    order.push(Unlocked {
                        intent: *intent,
                        at: entry.at,
                        operator: entry.operator.clone(),
                        unlock: (**unlock).clone(),
                        outcome: None,
                        why: Untrusted::default(),
                        again: false,
                        handle: None,
                        in_flight: file.in_flight,
                    });
                }
            }
        }
        for entry in self.files.iter().flat_map(|file| &file.entries) {
            if let Event::Outcome(intent, ending) = &entry.event
                && let Some(unlocked) = at.get(intent).and_then(|i| order.get_mut(*i))
                && unlocked.outcome.is_none_or(|(old, _)| old == Outcome::Unknown || old.is_waiting())
            {
                unlocked.outcome = Some((ending.outcome, entry.at));
                unlocked.why.clone_from(&ending.why);
                unlocked.again = ending.again;
                unlocked.handle = ending.handle.clone().or(unlocked.handle.take());
            }
        }
        order.sort_by_key(|unlocked| unlocked.at);
        order
    }
}

/// Reads a ledger directory; one that isn't there is an empty ledger.
///
/// # Errors
/// Only when the directory itself can't be listed or a file can't be read.
pub fn read(directory: &Path) -> io::Result<Journal> {
    let listing = match std::fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Journal::default()),
        Err(e) => return Err(e),
    };
    let mut files = Vec::new();
    for item in listing {
        let path = item?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) && path.is_file() {
            files.push(read_file(&path)?);
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Journal { files })
}

fn read_file(path: &Path) -> io::Result<LedgerFile> {
    let mut file = File::open(path)?;
    // Asked before reading: a process that ends in between has written everything by then.
    let in_flight = is_held(&file);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let torn = lines.pop().filter(|tail| !tail.is_empty());
    let entries = lines.iter().filter_map(|line| entry(line)).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(LedgerFile { name, in_flight, entries, lines, torn })
}

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
    verdicts: Vec<String>,
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
    heads: Vec<HeadLine>,
}

#[derive(Deserialize)]
struct HeadLine {
    file: String,
    seq: u64,
    hash: String,
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
pub(super) fn entry(line: &str) -> Option<Entry> {
    let (_, hash) = chain::open(line)?;
    let parsed: Line = serde_json::from_str(line).ok()?;
    let operator = parsed.actor.user.name.unwrap_or(parsed.actor.user.uid);
    let own = parsed.unmapped.unbolt;
    let event = match own.record.as_str() {
        "open" => Event::Open(own.heads.into_iter().map(|head| (head.file, head.seq, head.hash)).collect()),
        "outcome" => Event::Outcome(IntentId(own.intent?), Box::new(own.ending()?)),
        "plan" => Event::Planned(own.run?, own.sha256?),
        "run" => Event::Started(
            own.run?,
            Box::new(Started { sha256: own.sha256.unwrap_or_default(), verdicts: own.verdicts, ticket: own.ticket }),
        ),
        "row" => {
            let part = Part { run: own.run?, row: own.row? };
            Event::Row(part, Box::new(own.ending()?))
        }
        "answer" => Event::Answer(Box::new(own.answered()?)),
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
                part: own.run.zip(own.row).map(|(run, row)| Part { run, row }),
            };
            Event::Intent(IntentId(own.intent?), Box::new(unlock))
        }
        _ => Event::Other,
    };
    Some(Entry {
        seq: parsed.seq,
        hash: hash.to_owned(),
        at: Timestamp::from_millisecond(parsed.time).ok()?,
        operator,
        event,
    })
}
