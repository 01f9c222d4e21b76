//! `NanoHUB`: `NanoMDM`'s queue below another path, and an inventory that names the Macs.

use crate::domain::{Problem, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::json::Shape;

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::nano::{FEATURES, Nano};
use super::server::{CheckPaths, LoginScheme, MdmServerSpec, NO_PATHS};

const API: ApiSpec = api("NanoHUB", BASIC_ERRORS);
/// By id; `{}` for a Mac that wasn't taken stock of yet (observed).
const INVENTORY: Shape = Shape { name: "an inventory", needs: &[] };

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "nanohub",
    aliases: &[],
    api: &API,
    login: LoginScheme::Basic("nanohub"),
    features: FEATURES,
    check: CheckPaths { version: Some("/version"), beyond: Some("/api/v1/nanomdm/pushcert"), ..NO_PATHS },
    make: |client, _, push_inbox| {
        Box::new(Nano { client, push_inbox: push_inbox.clone(), path: "/api/v1/nanomdm/enqueue", describe })
    },
};

fn describe<'a>(client: &'a Client, id: &'a Untrusted) -> BoxFuture<'a, Result<Device, Problem>> {
    Box::pin(async move {
        let mut url = client.url("/api/v1/nanocmd/inventory");
        url.query_pairs_mut().append_pair("id", id.as_data());
        let stock = client.get(url, &INVENTORY).await?.object(id.as_data()).unwrap_or_default();
        let mut mac =
            Device { id: id.clone(), aliases: stock.text("serial_number").into_iter().collect(), ..Device::default() };
        let notes = [
            ("Device name", "device_name"),
            ("Serial number", "serial_number"),
            ("macOS", "os_version"),
            ("Model", "model_name"),
        ];
        for (label, member) in notes {
            mac.note(label, stock.text(member).as_ref());
        }
        Ok(mac)
    })
}
