//! Local accounts of Macs, through the MDM server that manages them: `UnlockUserAccount`, followed to the Mac's own
//! answer. The servers differ in everything but that; each has a file that implements the trait in `server.rs`, and a
//! place in [`SERVERS`].

mod check;
mod client;
mod command;
mod command_result;
mod fleet;
mod inventory;
mod iru;
mod jamf;
pub mod mac_map;
mod micromdm;
mod nano;
mod read;
mod search;
mod server;
pub mod settings;
mod unlock;
mod webhook_payload;
mod wording;

use std::sync::Arc;

use crate::domain::{Capabilities, KindSpec, OpenUnlock, PollResult, Problem, Unlock, UnlockReply, Untrusted};

use super::api::provider_in_modules;
use crate::ledger::Recorded;

use super::registry::{Backend, BackendSettings as _, BackendSpec, BuildContext};
use super::{BoxFuture, Provider, ProviderInfo};

pub use super::plist_guard::MOST_BYTES;
pub use settings::Settings;
pub use webhook_payload::{WebhookEvent, read as read_event};

use client::Client;
use mac_map::{MacAssignment, MacMap};
use server::{DeviceRef, MdmServerSpec, Server};

/// Every server that is spoken to.
pub const SERVERS: &[&MdmServerSpec] =
    &[&nano::MDM, &nano::HUB, &micromdm::SPEC, &fleet::SPEC, &jamf::SPEC, &iru::SPEC];

/// Macs behind an MDM server as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "apple_mdm",
    // MDM has no question for a lock, and a person may have several Macs.
    capabilities: Capabilities { multiple_accounts_per_person: true, ..Capabilities::NONE },
    blind_spot: "MDM reports no lock state: nobody can be listed",
};

impl Backend for Settings {
    const SPEC: BackendSpec = settings::SPEC;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let spec = settings.server;
        let client = client::client(settings, context.http(&settings.endpoints())?)?;
        let system = format!("{} {}", spec.api.system, settings.base());
        let info = context.info(&KIND, system, settings.endpoints());
        Ok(Arc::new(AppleMdm {
            info: ProviderInfo {
                answers_by_webhook: spec.features.answers_by_webhook,
                takes_a_name_once: spec.features.takes_a_name_once,
                ..info
            },
            spec,
            server: (spec.make)(client.clone(), settings, context.push_inbox),
            client,
            map: settings.macs.clone(),
            check_user_list: settings.check_user_list,
        }))
    }
}

/// The command that unlocks the account of that short name, as a property list.
pub fn unlock_plist(short_name: &str, command_uuid: &str) -> Vec<u8> {
    command::MdmCommand::UnlockUserAccount(short_name.into()).to_plist(command_uuid)
}

/// One MDM server and the administrator's map of its Macs.
pub struct AppleMdm {
    info: ProviderInfo,
    client: Client,
    spec: &'static MdmServerSpec,
    server: Box<dyn Server>,
    map: MacMap,
    check_user_list: bool,
}

impl AppleMdm {
    /// What the map says of a Mac.
    fn entry(&self, id: &Untrusted) -> Option<&MacAssignment> {
        self.map.entries().iter().find(|entry| entry.udid.same_name(id.as_data()))
    }

    /// A Mac by its id, with what the map adds.
    fn device_ref(&self, id: &Untrusted) -> DeviceRef {
        DeviceRef { id: id.clone(), serial: self.entry(id).and_then(|entry| entry.serial.clone()) }
    }
}

provider_in_modules! { AppleMdm: poll {
    fn resend<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        Box::pin(unlock::resend(self, unlock))
    }

    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        Box::pin(unlock::look(self, open))
    }
} }
