//! A plan as it is frozen: JSON with the SHA-256 of everything before its last member, so that the exact bytes are what
//! was looked at.

mod wire;

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::escape::json_inert;
use crate::domain::{Cause, Untrusted};

use super::plan::{Row, totals};
pub use wire::hex;
use wire::{HashingWriter, PlanWire, WireRow};

/// What stands between the hashed bytes and the hash.
const SEAM: &str = ",\"sha256\":\"";
/// What ends the file.
const CLOSE: &str = "\"}\n";

/// A plan that is not to change any more.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedPlan {
    /// Its id, which is its run's id too.
    pub id: Uuid,
    /// When planning ended.
    pub created: Timestamp,
    /// Until when it may be run.
    pub expires: Timestamp,
    /// The digest of the configuration that it was made with.
    pub config: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The moment after which a plan may no longer be run.
pub fn expiry(created: Timestamp) -> Timestamp {
    created.checked_add(SignedDuration::from_mins(30)).unwrap_or(created)
}

impl SealedPlan {
    /// How many rows have which verdict.
    pub fn totals(&self) -> BTreeMap<&'static str, u64> {
        totals(self.rows.iter().map(|row| row.verdict.word()))
    }

    /// Writes it, row by row; gives its hash.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: impl Write) -> io::Result<String> {
        let mut out = HashingWriter { out, hasher: Sha256::new() };
        let head = json!({
            "plan": self.id.to_string(), "created": self.created.to_string(), "expires": self.expires.to_string(),
            "config": self.config, "totals": self.totals(),
        });
        let head = head.to_string();
        out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
        out.write_all(b",\"rows\":[")?;
        for (n, row) in self.rows.iter().enumerate() {
            out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
            out.write_all(json_inert(&full(row).to_string()).as_bytes())?;
        }
        out.write_all(b"]")?;
        let hash = hex(&out.hasher.clone().finalize());
        let mut out = out.out;
        write!(out, "{SEAM}{hash}{CLOSE}")?;
        out.flush()?;
        Ok(hash)
    }

    /// Reads one and checks its bytes; gives it with its hash.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<(Self, String), String> {
        let (body, rest) = text.rsplit_once(SEAM).ok_or("it is no frozen plan")?;
        let claimed = rest.strip_suffix(CLOSE).ok_or("its end is missing")?;
        let hash = hex(&Sha256::digest(body.as_bytes()));
        if hash != claimed {
            return Err("it was edited after it was frozen".to_owned());
        }
        let wire: PlanWire = serde_json::from_str(text).map_err(|e| format!("it can't be read: {e}"))?;
        let rows = wire.rows.into_iter().map(WireRow::row).collect::<Option<Vec<Row>>>();
        let frozen = Self {
            id: wire.plan,
            created: wire.created,
            expires: wire.expires,
            config: wire.config,
            rows: rows.ok_or("a row of it can't be read")?,
        };
        Ok((frozen, hash))
    }
}

/// The documented members of a row.
pub fn shown(row: &Row) -> Value {
    let key = row.account.as_ref().map(|account| &account.key);
    json!({
        "line": row.line,
        "input": row.input.as_data(),
        "verdict": row.verdict.word(),
        "provider": key.map(|key| key.provider.as_str()),
        "id": key.map(|key| key.id.as_data()),
        "username": row.account.as_ref().map(|account| account.username.as_data()),
        "reason": row.reason,
        "ticket": row.ticket.as_ref().map(Untrusted::as_data),
        "by": row.by,
        "candidates": row.candidates.iter().map(|one| json!({
            "provider": one.key.provider.as_str(), "id": one.key.id.as_data(), "label": one.label.as_data(),
        })).collect::<Vec<_>>(),
    })
}

/// Those and what a run compares with.
fn full(row: &Row) -> Value {
    let mut value = shown(row);
    if let (Some(account), Some(members)) = (&row.account, value.as_object_mut()) {
        members.insert("cause".to_owned(), json!(account.cause.map(Cause::word)));
        members.insert("since".to_owned(), json!(account.since.map(|at| at.to_string())));
        members.insert("as_of".to_owned(), json!(account.as_of.to_string()));
    }
    value
}
