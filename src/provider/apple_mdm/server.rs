//! What every MDM server has to be able to do, and what it declares of itself. One file per server implements it.
//! Then a command on its way: what is asked, where it stands.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{BadLogins, Cursor, DeviceAnswer, DeviceStatus, Problem, Query, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::push_inbox::PushInbox;

use super::client::Client;
use super::command::MdmCommand;
use super::inventory::Device;
use super::settings::Settings;

/// How a server wants the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginScheme {
    /// HTTP Basic with a fixed name.
    Basic(&'static str),
    /// The key as a bearer token.
    Bearer,
    /// A token fetched with the key of an API client.
    Client,
}

/// What a server declares of itself.
#[derive(Debug)]
pub struct MdmServerSpec {
    /// Its word in the configuration.
    pub word: &'static str,
    /// Words that it was called by.
    pub aliases: &'static [&'static str],
    /// Its API.
    pub api: &'static ApiSpec,
    /// How it wants the login.
    pub login: LoginScheme,
    /// How it behaves.
    pub features: ServerFeatures,
    /// Where it tells what, for `check`.
    pub check: KeyProbes,
    /// Makes the server.
    pub make: fn(Client, &Settings, &PushInbox) -> Box<dyn Server>,
}

/// What servers differ in.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerFeatures {
    /// The Macs' answers are told by a webhook and can't be asked for.
    pub answers_by_webhook: bool,
    /// It signs its webhooks.
    pub signs_webhooks: bool,
    /// A Mac can be asked for its local accounts.
    pub lists_users: bool,
    /// The client names a command, and the server never takes the same name twice: so it may be sent again.
    pub takes_a_name_once: bool,
}

/// A server that can be asked what became of a command, and nothing else.
pub const NO_FEATURES: ServerFeatures =
    ServerFeatures { answers_by_webhook: false, signs_webhooks: false, lists_users: false, takes_a_name_once: false };

/// Where a server tells what about a key.
#[derive(Debug)]
pub struct KeyProbes {
    /// Its version.
    pub version: Option<&'static str>,
    /// Whether it lists Macs, which an unlock needs.
    pub reads: bool,
    /// Who the key is: its role or privileges.
    pub who: Option<&'static str>,
    /// A read that needs the key and nothing else, where there is one: it proves the login.
    pub login: Option<&'static str>,
    /// A read that an unlock never needs: whom the server itself answers there, if with an error, can do everything.
    pub beyond: Option<&'static str>,
}

/// A server that tells nothing.
pub const NO_PATHS: KeyProbes = KeyProbes { version: None, reads: false, who: None, login: None, beyond: None };

/// An MDM server.
pub trait Server: Send + Sync {
    /// The Macs that may belong to whom the query names; none where only the administrator's map knows.
    fn devices<'a>(&'a self, _: &'a Query, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(std::future::ready(Ok(Devices::default())))
    }

    /// One Mac with its local accounts, as far as the server knows them; none when it has no such Mac.
    fn device<'a>(&'a self, device: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>>;

    /// The failed logins of an account, where the server can have the Mac asked.
    fn failed_logins<'a>(&'a self, _: &'a Device, _: &'a Untrusted) -> BoxFuture<'a, Option<BadLogins>> {
        Box::pin(std::future::ready(None))
    }

    /// Puts a command into the Mac's queue.
    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply>;

    /// What became of a command; changes nothing.
    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>>;
}

/// The clocks of server and client agree to this much.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// What an answer says of itself that was found by Mac, command and time.
pub const BY_TIME: &str = "matched by time: the only one of its kind for this Mac around the request";

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

impl CommandRequest {
    /// True when a command of that date can be this one, where the server's own id of it isn't known: a request is taken
    /// within its time-out. `asked_there` is the moment of asking on the server's clock, as `requested` is.
    pub fn may_be_of(&self, requested: Option<Timestamp>, asked_there: Timestamp) -> bool {
        let from = asked_there.checked_sub(SLACK).unwrap_or(asked_there);
        let until =
            asked_there.checked_add(self.within).and_then(|until| until.checked_add(SLACK)).unwrap_or(asked_there);
        requested.is_some_and(|requested| (from..=until).contains(&requested))
    }

    /// The Mac's answer to it as a server tells it in its own words, by the name that the server knows it by.
    pub fn answer(&self, status: DeviceStatus, at: Option<Timestamp>, evidence: &str) -> DeviceAnswer {
        DeviceAnswer {
            command: self.handle.clone().unwrap_or_else(|| self.uuid.as_str().into()),
            device: self.device.id.clone(),
            status,
            chain: Vec::new(),
            users: None,
            detail: Untrusted::default(),
            event: Untrusted::default(),
            at: at.unwrap_or_else(Timestamp::now),
            evidence: evidence.to_owned(),
        }
    }
}

/// What a server knows of a command.
#[derive(Debug)]
pub struct CommandStatus {
    /// The Mac's answers, oldest first.
    pub answers: Vec<DeviceAnswer>,
    /// Whether the server has the command.
    pub queue: CommandPresence,
}

impl CommandStatus {
    /// The server has the command, in its words, and perhaps answers to it.
    pub fn has(words: &str, answers: impl IntoIterator<Item = DeviceAnswer>) -> Self {
        Self { answers: answers.into_iter().collect(), queue: CommandPresence::Has(words.into()) }
    }
}

impl From<CommandPresence> for CommandStatus {
    fn from(queue: CommandPresence) -> Self {
        Self { answers: Vec::new(), queue }
    }
}

/// Whether a server has a command.
#[derive(Debug)]
pub enum CommandPresence {
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

impl Extend<Result<Device, Problem>> for Devices {
    /// A Mac that can't be understood is one problem, and the others are found.
    fn extend<T: IntoIterator<Item = Result<Device, Problem>>>(&mut self, found: T) {
        for mac in found {
            match mac {
                Ok(mac) => self.macs.push(mac),
                Err(problem) => self.problems.push(problem),
            }
        }
    }
}
