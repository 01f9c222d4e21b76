//! `NanoMDM`: a queue and nothing else. Answers come by webhook.

use crate::domain::{Problem, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::api_spec::ApiSpec;
use crate::provider::json::{JsonKind, Shape};

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::nano::{FEATURES, Nano};
use super::server::{CheckPaths, LoginScheme, MdmServerSpec, NO_PATHS};

const API: ApiSpec = api("NanoMDM", BASIC_ERRORS);
const VERSION: Shape = Shape { name: "a version", needs: &[("version", JsonKind::Text)] };

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "nanomdm",
    aliases: &[],
    api: &API,
    login: LoginScheme::Basic("nanomdm"),
    features: FEATURES,
    check: CheckPaths { version: Some("/version"), beyond: Some("/v1/pushcert"), ..NO_PATHS },
    make: |client, _, push_inbox| {
        Box::new(Nano { client, push_inbox: push_inbox.clone(), path: "/v1/enqueue", describe })
    },
};

/// It has no question for a Mac; its version shows that it is there.
fn describe<'a>(client: &'a Client, id: &'a Untrusted) -> BoxFuture<'a, Result<Device, Problem>> {
    Box::pin(async move {
        let version = client.get(client.url("/version"), &VERSION).await?;
        let mut mac = Device { id: id.clone(), ..Device::default() };
        mac.note("NanoMDM", version.text("version").as_ref());
        Ok(mac)
    })
}
