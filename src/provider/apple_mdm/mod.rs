//! Local accounts of Macs, through the MDM server that manages them: `UnlockUserAccount`, followed to the Mac's own
//! answer. The servers differ in everything but that; each has a file that implements the trait in `server.rs`.

mod check;
mod client;
mod command;
mod command_result;
mod correlate;
mod fleet;
mod inventory;
mod iru;
mod jamf;
mod messages;
mod micromdm;
mod nano;
mod nanohub;
mod nanomdm;
mod plist_guard;
mod read;
mod server;
mod unlock;
mod webhook_payload;

use crate::config::{self, MacEntry, MdmServer, ProviderConfig};
use crate::domain::{
    Account, Cursor, Finding, OpenUnlock, Page, PollResult, Problem, ProviderHealth, Query, Unlock, UnlockReply,
    Untrusted,
};
use crate::ledger::Recorded;

use super::http::Http;
use super::push_inbox::PushInbox;
use super::{BoxFuture, Provider, ProviderInfo, endpoints};

pub use plist_guard::MOST_BYTES;
pub use webhook_payload::{Event, read as read_event};

use client::Link;
use server::Server;

/// The command that unlocks the account of that short name, as a property list.
#[must_use]
pub fn unlock_plist(short_name: &str, command_uuid: &str) -> Vec<u8> {
    command::Command::UnlockUserAccount(short_name.into()).to_plist(command_uuid)
}

/// One MDM server and the administrator's map of its Macs.
pub struct AppleMdm {
    info: ProviderInfo,
    kind: MdmServer,
    server: Box<dyn Server>,
    map: Vec<MacEntry>,
    check_user_list: bool,
}

impl AppleMdm {
    /// Builds it from its settings.
    ///
    /// # Errors
    /// A [`Problem`] when the URL can't be used.
    pub fn new(
        config: &ProviderConfig,
        settings: &config::AppleMdm,
        http: Http,
        push_inbox: &PushInbox,
    ) -> Result<Self, Problem> {
        let link = Link::new(settings, http)?;
        let push_inbox = push_inbox.clone();
        let server: Box<dyn Server> = match settings.server {
            MdmServer::NanoMdm => Box::new(nanomdm::NanoMdm { link, push_inbox }),
            MdmServer::NanoHub => Box::new(nanohub::NanoHub { link, push_inbox }),
            MdmServer::MicroMdm => Box::new(micromdm::MicroMdm { link, push_inbox, format: settings.format }),
            MdmServer::Fleet => Box::new(fleet::Fleet { link }),
            MdmServer::Jamf => Box::new(jamf::Jamf { link, api: settings.api }),
            MdmServer::Iru => Box::new(iru::Iru { link }),
        };
        Ok(Self {
            info: ProviderInfo {
                answers_by_webhook: settings.server.tells_by_webhook(),
                ..ProviderInfo::of(
                    config,
                    format!("{} {}", settings.server.name(), settings.base()),
                    endpoints(&config.backend),
                )
            },
            kind: settings.server,
            server,
            map: settings.macs.clone(),
            check_user_list: settings.check_user_list,
        })
    }
}

impl Provider for AppleMdm {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        self.server.link().http.health()
    }

    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(read::page(self, query, from))
    }

    /// MDM reports no lock: there is nobody to list.
    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(std::future::ready(Ok(Page::default())))
    }

    fn read<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(read::account(self, id))
    }

    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        Box::pin(unlock::send(self, unlock))
    }

    fn check(&self) -> BoxFuture<'_, Vec<Finding>> {
        Box::pin(check::findings(self.server.link(), self.kind))
    }

    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        Box::pin(unlock::look(self, open))
    }
}
