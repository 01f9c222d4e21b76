//! A command in a Mac's queue.

use jiff::Timestamp;
use serde::Serialize;

use crate::sim::world::fresh_uuid;

#[derive(Clone, Debug, Serialize)]
pub struct QueuedCommand {
    pub uuid: String,
    /// Which server it was given to.
    pub server: &'static str,
    pub request_type: String,
    pub user_name: Option<String>,
    pub payload: Vec<u8>,
    /// `Pending`, `NotNow`, or the last answer.
    pub status: String,
    pub requested: Timestamp,
    pub updated: Timestamp,
    /// The Mac's last answer.
    pub result: Option<Vec<u8>>,
}

/// A command as a server was given it.
pub struct ReceivedCommand {
    pub uuid: String,
    pub request_type: String,
    pub user_name: Option<String>,
    pub payload: Vec<u8>,
}

impl ReceivedCommand {
    /// The command that a server makes itself.
    pub fn made(request_type: &str, user_name: Option<&str>, uuid: Option<String>) -> Self {
        let uuid = uuid.unwrap_or_else(fresh_uuid);
        let mut inner = plist::Dictionary::new();
        inner.insert("RequestType".to_owned(), request_type.into());
        if let Some(name) = user_name {
            inner.insert("UserName".to_owned(), name.into());
        }
        let mut outer = plist::Dictionary::new();
        outer.insert("Command".to_owned(), plist::Value::Dictionary(inner));
        outer.insert("CommandUUID".to_owned(), uuid.as_str().into());
        let mut payload = Vec::new();
        let _ = plist::Value::Dictionary(outer).to_writer_xml(&mut payload);
        Self { uuid, request_type: request_type.to_owned(), user_name: user_name.map(str::to_owned), payload }
    }

    /// The command inside a property list; an error in a server's words.
    pub fn read(payload: &[u8]) -> Result<Self, String> {
        let value = plist::Value::from_reader_xml(payload).map_err(|e| format!("parse error: {e}"))?;
        let outer = value.as_dictionary().ok_or("invalid command")?;
        let inner = outer.get("Command").and_then(plist::Value::as_dictionary).ok_or("invalid command")?;
        let text = |dict: &plist::Dictionary, key: &str| dict.get(key).and_then(|v| v.as_string()).map(str::to_owned);
        let uuid = text(outer, "CommandUUID").filter(|uuid| !uuid.is_empty()).ok_or("invalid command")?;
        let request_type = text(inner, "RequestType").filter(|kind| !kind.is_empty()).ok_or("invalid command")?;
        Ok(Self { uuid, request_type, user_name: text(inner, "UserName"), payload: payload.to_vec() })
    }
}
