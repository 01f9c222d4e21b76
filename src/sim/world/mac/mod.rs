//! A Mac as the simulated MDM servers keep one, with the commands that wait for it.

mod command;

use jiff::Timestamp;
use serde::Serialize;

use super::steady_uuid;

pub use command::{QueuedCommand, ReceivedCommand};

/// The failures that lock a local account on these Macs.
const MOST_FAILURES: u32 = 11;

#[derive(Clone, Debug, Serialize)]
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
    pub commands: Vec<QueuedCommand>,
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
            unmapped: false,
            locked: false,
            failed_logins: 0,
            failed_at: None,
            asleep: false,
            push: "ok".to_owned(),
            script: Vec::new(),
            commands: Vec::new(),
            number,
            management_id: steady_uuid("jamf", username),
            device_id: steady_uuid("iru", username),
        }
    }

    pub fn lock_by_passwords(&mut self, at: Timestamp) {
        (self.locked, self.failed_logins, self.failed_at) = (true, MOST_FAILURES, Some(at));
    }

    pub fn knows(&self, uuid: &str) -> bool {
        self.commands.iter().any(|command| command.uuid == uuid)
    }

    /// Puts a command into its queue.
    pub fn queue(&mut self, server: &'static str, asked: ReceivedCommand, now: Timestamp) {
        self.commands.push(QueuedCommand {
            uuid: asked.uuid,
            server,
            request_type: asked.request_type,
            user_name: asked.user_name,
            payload: asked.payload,
            status: "Pending".to_owned(),
            requested: now,
            updated: now,
            result: None,
        });
    }
}
