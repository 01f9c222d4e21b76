//! `NanoMDM`: a queue and nothing else. Answers come by webhook.

use crate::domain::{Problem, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::json::{Is, Shape};
use crate::provider::push_inbox::PushInbox;

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::nano;
use super::server::{CheckPaths, CommandRequest, CommandStatus, DeviceRef, LoginScheme, MdmServerSpec, Server};

const API: ApiSpec = api("NanoMDM", BASIC_ERRORS);
const PATH: &str = "/v1/enqueue";
const VERSION: Shape = Shape { name: "a version", needs: &[("version", Is::Text)] };

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "nanomdm",
    aliases: &[],
    api: &API,
    login: LoginScheme::Basic("nanomdm"),
    answers_by_webhook: true,
    signs_webhooks: true,
    lists_users: true,
    takes_a_name_once: true,
    check: CheckPaths { version: Some("/version"), reads: false, who: None, login: None, beyond: Some("/v1/pushcert") },
    make: |client, _, push_inbox| Box::new(NanoMdm { client, push_inbox: push_inbox.clone() }),
};

/// One `NanoMDM`.
pub struct NanoMdm {
    client: Client,
    push_inbox: PushInbox,
}

impl Server for NanoMdm {
    fn client(&self) -> &Client {
        &self.client
    }

    /// It has no question for a Mac; its version shows that it is there.
    fn device<'a>(&'a self, device: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let version = self.client.get(self.client.url("/version"), &VERSION).await?;
            let mut mac = Device { id: device.id.clone(), ..Device::default() };
            mac.note("NanoMDM", version.text("version").as_ref());
            Ok(Some(mac))
        })
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        Box::pin(nano::enqueue(&self.client, PATH, proof, command))
    }

    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, CommandStatus> {
        Box::pin(std::future::ready(nano::status(&self.push_inbox, command)))
    }
}
