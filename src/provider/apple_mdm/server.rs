//! What every MDM server has to be able to do. One file per server implements it.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{BadLogins, Cursor, DeviceAnswer, Problem, Query, UnlockReply, Untrusted};
use crate::provider::BoxFuture;

use super::client::Link;
use super::command::Command;
use super::inventory::Device;

/// One command for one Mac.
#[derive(Clone, Debug)]
pub struct Order {
    /// The Mac, by the server's own id.
    pub device: Untrusted,
    /// The command.
    pub command: Command,
    /// Its id, where the client names the command.
    pub uuid: String,
    /// When it was decided on; answers before that belong to something else.
    pub asked_at: Timestamp,
    /// How long an exchange may take: a command that was taken later is another one.
    pub within: Duration,
    /// The server's own id of it, where it gave one.
    pub handle: Option<Untrusted>,
}

/// What a server knows of a command.
#[derive(Debug)]
pub struct Followed {
    /// The Mac's answers, oldest first.
    pub answers: Vec<DeviceAnswer>,
    /// Whether the server has the command.
    pub held: Held,
}

/// Whether a server has a command.
#[derive(Debug)]
pub enum Held {
    /// It has it or had it; in its words.
    Yes(Untrusted),
    /// It doesn't know it.
    No,
    /// It has no question for that.
    CantTell,
    /// It couldn't be asked.
    Unasked(Problem),
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

/// An MDM server.
pub trait Server: Send + Sync {
    /// The way to it.
    fn link(&self) -> &Link;

    /// The Macs that may belong to whom the query names; none where only the administrator's map knows.
    fn devices<'a>(&'a self, _: &'a Query, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(std::future::ready(Ok(Devices::default())))
    }

    /// One Mac with its local accounts, as far as the server knows them; none when it has no such Mac.
    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>>;

    /// The failed logins of an account, where the server can have the Mac asked.
    fn failed_logins<'a>(&'a self, _: &'a Device, _: &'a Untrusted) -> BoxFuture<'a, Option<BadLogins>> {
        Box::pin(std::future::ready(None))
    }

    /// Puts a command into the Mac's queue.
    fn enqueue<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, UnlockReply>;

    /// What became of a command; changes nothing.
    fn follow<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Followed>;
}
