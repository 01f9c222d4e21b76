//! A plan as it is frozen: JSON with the SHA-256 of everything before its last member, so that the exact bytes are what
//! was looked at.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::digest::sha256_hex;
use crate::domain::escape::json_inert;
use crate::domain::{AccountKey, Cause, ProviderName, Untrusted};

use super::plan::{PlannedAccount, Row, Verdict, totals};

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

    /// Writes it, a line for its head and one for each row; gives its hash.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, mut out: impl Write) -> io::Result<String> {
        let head = json!({
            "plan": self.id.to_string(), "created": self.created.to_string(), "expires": self.expires.to_string(),
            "config": self.config, "totals": self.totals(),
        });
        let head = head.to_string();
        let mut body = format!("{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head));
        for (n, row) in self.rows.iter().enumerate() {
            body += if n == 0 { "\n" } else { ",\n" };
            body += &json_inert(&full(row).to_string());
        }
        body.push(']');
        let hash = sha256_hex(&body);
        write!(out, "{body}{SEAM}{hash}{CLOSE}")?;
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
        let hash = sha256_hex(body);
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

/// A plan as it is read back.
#[derive(Deserialize)]
struct PlanWire {
    plan: Uuid,
    created: Timestamp,
    expires: Timestamp,
    config: String,
    rows: Vec<WireRow>,
}

/// A row of it.
#[derive(Deserialize)]
struct WireRow {
    line: u64,
    input: Untrusted,
    verdict: Verdict,
    provider: Option<String>,
    id: Option<Untrusted>,
    username: Option<Untrusted>,
    reason: String,
    ticket: Option<Untrusted>,
    by: Option<String>,
    cause: Option<String>,
    since: Option<Timestamp>,
    as_of: Option<Timestamp>,
}

impl WireRow {
    fn row(self) -> Option<Row> {
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
