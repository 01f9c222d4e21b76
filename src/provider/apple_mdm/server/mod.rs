//! What every MDM server has to be able to do, and what it declares of itself. One file per server implements it.

mod commands;

use crate::domain::{BadLogins, Cursor, Problem, Query, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::push_inbox::PushInbox;

use super::client::Client;
use super::inventory::Device;
use super::settings::Settings;

pub use commands::{CommandRequest, CommandStatus, DeviceRef, Devices, QueueState};

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
    pub check: CheckPaths,
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
pub struct CheckPaths {
    /// Its version, and the member that holds it.
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
pub const NO_PATHS: CheckPaths = CheckPaths { version: None, reads: false, who: None, login: None, beyond: None };

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
