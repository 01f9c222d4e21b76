//! A command on its way: what is asked, where it stands.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Cursor, DeviceAnswer, Problem, Untrusted};
use crate::provider::apple_mdm::command::MdmCommand;
use crate::provider::apple_mdm::inventory::Device;

/// A Mac, as it is asked for.
#[derive(Clone, Debug)]
pub struct DeviceRef {
    /// The server's own id: the UDID, for Iru its device id.
    pub id: Untrusted,
    /// Its serial number, where the map has it.
    pub serial: Option<Untrusted>,
}

/// One command for one Mac.
#[derive(Clone, Debug)]
pub struct CommandRequest {
    /// The Mac.
    pub device: DeviceRef,
    /// The command.
    pub command: MdmCommand,
    /// Its id, where the client names the command.
    pub uuid: String,
    /// When it was decided on; answers before that belong to something else.
    pub asked_at: Timestamp,
    /// How long an exchange may take: a command that was taken later is another one.
    pub within: Duration,
    /// The server's own id of it, where it gave one.
    pub handle: Option<Untrusted>,
    /// How often it is sent with this one, by the same name.
    pub attempt: u32,
}

/// What a server knows of a command.
#[derive(Debug)]
pub struct CommandStatus {
    /// The Mac's answers, oldest first.
    pub answers: Vec<DeviceAnswer>,
    /// Whether the server has the command.
    pub queue: QueueState,
}

impl From<QueueState> for CommandStatus {
    fn from(queue: QueueState) -> Self {
        Self { answers: Vec::new(), queue }
    }
}

/// Whether a server has a command.
#[derive(Debug)]
pub enum QueueState {
    /// It has it or had it; in its words.
    Has(Untrusted),
    /// It doesn't know it.
    Unknown,
    /// It has no question for that.
    CantTell,
}

/// One page of Macs.
#[derive(Debug, Default)]
pub struct Devices {
    /// The Macs.
    pub macs: Vec<Device>,
    /// One problem per unreadable one.
    pub problems: Vec<Problem>,
    /// The start of the next page.
    pub next: Option<Cursor>,
}
