//! A Mac as the simulated MDM servers keep one, with the commands that wait for it.

use jiff::Timestamp;
use serde::Serialize;

use super::{fresh_uuid, steady_uuid};

/// The failures that lock a local account on these Macs.
const MOST_FAILURES: u32 = 11;

/// A Mac, enrolled in every simulated MDM server.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mac {
    pub udid: String,
    pub serial: String,
    pub device_name: String,
    pub os_version: &'static str,
    /// The person's short name; other accounts stand in `accounts` too.
    pub short_name: String,
    pub accounts: Vec<String>,
    /// The map names no short name for it.
    pub unmapped: bool,
    pub locked: bool,
    pub failed_logins: u32,
    pub failed_at: Option<Timestamp>,
    pub asleep: bool,
    /// `ok`, `unregistered` (Apple answers 410) or `unreachable` (Apple can't be reached).
    pub push: String,
    /// What it answers to the next commands: `not_now`, `error`, `format_error`, `strange`; then it does them.
    pub script: Vec<String>,
    /// Commands that wait for it, and those that are over.
    pub commands: Vec<MacCommand>,
    /// Fleet's and Jamf's number of it.
    pub number: usize,
    /// Jamf's management id and Iru's device id.
    pub management_id: String,
    pub device_id: String,
}

impl Mac {
    pub fn new(username: &str, given: &str, number: usize) -> Self {
        let udid = steady_uuid("mac", username).to_uppercase();
        let tail: String = udid.chars().filter(char::is_ascii_alphanumeric).rev().take(6).collect();
        Self {
            serial: format!("C02Z{tail}"),
            udid,
            device_name: format!("{}-mbp", given.to_lowercase()),
            os_version: "15.1",
            short_name: username.to_owned(),
            accounts: vec![username.to_owned(), "itadmin".to_owned()],
            push: "ok".to_owned(),
            number,
            management_id: steady_uuid("jamf", username),
            device_id: steady_uuid("iru", username),
            ..Self::default()
        }
    }

    pub fn lock_by_passwords(&mut self, at: Timestamp) {
        (self.locked, self.failed_logins, self.failed_at) = (true, MOST_FAILURES, Some(at));
    }

    /// Puts a command into its queue.
    pub fn queue(&mut self, server: &'static str, command: MacCommand, now: Timestamp) {
        self.commands.push(MacCommand { server, requested: now, updated: now, ..command });
    }
}

/// A command for a Mac, as a server was given it and as it stands in the Mac's queue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MacCommand {
    pub uuid: String,
    /// Which server it was given to; empty until it is queued.
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

impl MacCommand {
    fn new(uuid: String, request_type: String, user_name: Option<String>, payload: Vec<u8>) -> Self {
        Self { uuid, request_type, user_name, payload, status: "Pending".to_owned(), ..Self::default() }
    }

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
        Self::new(uuid, request_type.to_owned(), user_name.map(str::to_owned), payload)
    }

    /// The command inside a property list; an error in a server's words.
    pub fn read(payload: &[u8]) -> Result<Self, String> {
        let value = plist::Value::from_reader_xml(payload).map_err(|e| format!("parse error: {e}"))?;
        let outer = value.as_dictionary().ok_or("invalid command")?;
        let inner = outer.get("Command").and_then(plist::Value::as_dictionary).ok_or("invalid command")?;
        let text = |dict: &plist::Dictionary, key: &str| dict.get(key).and_then(|v| v.as_string()).map(str::to_owned);
        let uuid = text(outer, "CommandUUID").filter(|uuid| !uuid.is_empty()).ok_or("invalid command")?;
        let request_type = text(inner, "RequestType").filter(|kind| !kind.is_empty()).ok_or("invalid command")?;
        Ok(Self::new(uuid, request_type, text(inner, "UserName"), payload.to_vec()))
    }
}
