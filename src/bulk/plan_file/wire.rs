//! The bytes of a plan: one line for its head, one for each row, a hash over all of it.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::bulk::plan::{PlannedAccount, Row, Verdict};
use crate::domain::{AccountKey, Cause, ProviderName, Untrusted};

#[derive(Deserialize)]
pub(super) struct PlanWire {
    pub(super) plan: Uuid,
    pub(super) created: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) config: String,
    pub(super) rows: Vec<WireRow>,
}

#[derive(Deserialize)]
pub(super) struct WireRow {
    pub(super) line: u64,
    pub(super) input: Untrusted,
    pub(super) verdict: Verdict,
    pub(super) provider: Option<String>,
    pub(super) id: Option<Untrusted>,
    pub(super) username: Option<Untrusted>,
    pub(super) reason: String,
    pub(super) ticket: Option<Untrusted>,
    pub(super) by: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) since: Option<Timestamp>,
    pub(super) as_of: Option<Timestamp>,
}

impl WireRow {
    pub(super) fn row(self) -> Option<Row> {
        let account = match (self.provider, self.id, self.as_of) {
            (Some(provider), Some(id), Some(as_of)) => Some(PlannedAccount {
                key: AccountKey { provider: ProviderName::new(&provider)?, id },
                username: self.username.unwrap_or_default(),
                cause: match &self.cause {
                    Some(word) => Some(Cause::named(word)?),
                    None => None,
                },
                since: self.since,
                as_of,
            }),
            (None, None, _) => None,
            _ => return None,
        };
        Some(Row {
            line: self.line,
            input: self.input,
            verdict: self.verdict,
            account,
            reason: self.reason,
            ticket: self.ticket,
            candidates: Vec::new(),
            by: self.by,
        })
    }
}

/// Counts and hashes what passes through.
pub(super) struct HashingWriter<W> {
    pub(super) out: W,
    pub(super) hasher: Sha256,
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A digest as it is written.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}
