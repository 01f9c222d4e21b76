//! Events that were refused at the receiver's door, in one small file beside the ledger: a server that signs with another
//! key is otherwise as silent as no server at all.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ledger::replace_file;

const FILE: &str = "webhook.json";

/// What was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Refusals {
    /// How many events.
    pub count: u64,
    /// When the first of them came.
    pub since: Option<Timestamp>,
    /// When the last of them came.
    pub last: Option<Timestamp>,
    /// When the ledger was told last.
    pub recorded: Option<Timestamp>,
}

impl Refusals {
    /// What the file beside that ledger says; nothing where there is none, or none that can be read.
    pub fn read(ledger: &Path) -> Self {
        let text = std::fs::read_to_string(ledger.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Writes the file beside that ledger, in one step.
    ///
    /// # Errors
    /// Where the directory can't be written.
    pub fn write(&self, ledger: &Path) -> std::io::Result<()> {
        replace_file(ledger, FILE, serde_json::to_string(self).unwrap_or_default().as_bytes())
    }
}
