//! A record as OCSF has it (schema.ocsf.io: Account Change 3001, activity 12 Unlock; Application Lifecycle 6002,
//! activity 3 Start), around what [`EventLine`] says.

mod participants;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[cfg(test)]
use schemars::JsonSchema;

use crate::ledger::operator::Operator;

use super::event_line::EventLine;
use super::text;
pub use participants::{Actor, Endpoint, Host, Metadata, Product, User};
use participants::{Process, Session};

/// The version of the schema whose names are used.
pub const OCSF: &str = "1.5.0";

/// One record. In its line `prev`, the hash of the record before, and `seq`, its number, stand before these members, and
/// `hash`, the SHA-256 of all bytes before it, behind them.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "A record of the ledger"))]
pub struct Envelope {
    /// When it was written: milliseconds since 1970, UTC.
    pub time: i64,
    /// OCSF: the class.
    #[serde(skip_deserializing)]
    pub class_uid: u32,
    /// OCSF: its name.
    #[serde(skip_deserializing)]
    pub class_name: &'static str,
    /// OCSF: the category.
    #[serde(skip_deserializing)]
    pub category_uid: u32,
    /// OCSF: its name.
    #[serde(skip_deserializing)]
    pub category_name: &'static str,
    /// OCSF: the activity.
    #[serde(skip_deserializing)]
    pub activity_id: u32,
    /// OCSF: its name.
    #[serde(skip_deserializing)]
    pub activity_name: &'static str,
    /// OCSF: class and activity in one number.
    #[serde(skip_deserializing)]
    pub type_uid: u32,
    /// OCSF: how bad; always 1, informational.
    #[serde(skip_deserializing)]
    pub severity_id: u8,
    /// OCSF: what wrote it.
    #[serde(skip_deserializing)]
    pub metadata: Metadata,
    /// Who acted.
    pub actor: Actor,
    /// The host.
    #[serde(skip_deserializing)]
    pub device: Host,
    /// The SSH client that the operator came from.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub src_endpoint: Option<Endpoint>,
    /// OCSF: the application that began, in a file's first record.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub app: Option<Product>,
    /// OCSF: 0 unknown, 1 success, 2 failure, 99 other.
    #[serde(skip_deserializing)]
    pub status_id: u8,
    /// OCSF: the same as a word.
    #[serde(skip_deserializing)]
    pub status: &'static str,
    /// The outcome, or the device's word.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub status_detail: Option<String>,
    /// Whose account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// What the record says.
    pub unmapped: Unmapped,
}

/// What stands beside OCSF's own members.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Unmapped {
    /// What the record says.
    pub unbolt: EventLine,
}

impl Envelope {
    /// A record of this operator at that moment. Nothing is known of its status yet.
    pub fn new(at: Timestamp, operator: &Operator, event: EventLine) -> Self {
        let (class_uid, class_name, category_uid, category_name, activity_id, activity_name) = match event {
            // A process began to write.
            EventLine::Open { .. } => (6002, "Application Lifecycle", 6, "Application Activity", 3, "Start"),
            // An account is unlocked, or was to be.
            EventLine::Intent(_)
            | EventLine::Outcome(_)
            | EventLine::Plan { .. }
            | EventLine::Run { .. }
            | EventLine::Row { .. }
            | EventLine::RunEnd { .. }
            | EventLine::Answer(_)
            | EventLine::Refusal { .. }
            | EventLine::WebhookRefused { .. }
            | EventLine::Other => (3001, "Account Change", 3, "Identity & Access Management", 12, "Unlock"),
        };
        Self {
            time: at.as_millisecond(),
            class_uid,
            class_name,
            category_uid,
            category_name,
            activity_id,
            activity_name,
            type_uid: class_uid * 100 + activity_id,
            severity_id: 1,
            metadata: Metadata { version: OCSF, product: Product::OWN },
            actor: Actor {
                user: User { uid: operator.uid.to_string(), name: operator.name.as_ref().map(text), email_addr: None },
                session: Session {
                    is_remote: operator.ssh_client.is_some(),
                    terminal: operator.terminal.as_ref().map(text),
                },
                process: Process { pid: std::process::id(), name: "unbolt" },
            },
            device: Host { hostname: text(&operator.host), type_id: 0 },
            src_endpoint: operator.ssh_client.as_ref().map(|client| Endpoint { ip: text(client) }),
            app: None,
            status_id: 99,
            status: "Other",
            status_detail: None,
            user: None,
            unmapped: Unmapped { unbolt: event },
        }
    }
}
