//! `NanoHUB`: `NanoMDM`'s queue below another path, and an inventory that names the Macs.

use crate::domain::{Problem, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::json::Shape;
use crate::provider::push_inbox::PushInbox;

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::nano;
use super::server::{CheckPaths, CommandRequest, CommandStatus, DeviceRef, LoginScheme, MdmServerSpec, Server};

const API: ApiSpec = api("NanoHUB", BASIC_ERRORS);
const PATH: &str = "/api/v1/nanomdm/enqueue";
/// By id; `{}` for a Mac that wasn't taken stock of yet (observed).
const INVENTORY: Shape = Shape { name: "an inventory", needs: &[] };

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "nanohub",
    aliases: &[],
    api: &API,
    login: LoginScheme::Basic("nanohub"),
    answers_by_webhook: true,
    signs_webhooks: true,
    lists_users: true,
    takes_a_name_once: true,
    check: CheckPaths {
        version: Some("/version"),
        reads: false,
        who: None,
        login: None,
        beyond: Some("/api/v1/nanomdm/pushcert"),
    },
    make: |client, _, push_inbox| Box::new(NanoHub { client, push_inbox: push_inbox.clone() }),
};

/// One `NanoHUB`.
pub struct NanoHub {
    client: Client,
    push_inbox: PushInbox,
}

impl Server for NanoHub {
    fn client(&self) -> &Client {
        &self.client
    }

    fn device<'a>(&'a self, device: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let id = &device.id;
            let mut url = self.client.url("/api/v1/nanocmd/inventory");
            url.query_pairs_mut().append_pair("id", id.as_data());
            let stock = self.client.get(url, &INVENTORY).await?.object(id.as_data()).unwrap_or_default();
            let mut mac = Device { id: id.clone(), ..Device::default() };
            mac.aliases.extend(stock.text("serial_number"));
            mac.note("Device name", stock.text("device_name").as_ref());
            mac.note("Serial number", stock.text("serial_number").as_ref());
            mac.note("macOS", stock.text("os_version").as_ref());
            mac.note("Model", stock.text("model_name").as_ref());
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
