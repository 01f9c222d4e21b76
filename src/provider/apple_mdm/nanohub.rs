//! `NanoHUB`: `NanoMDM`'s queue below another path, and an inventory that names the Macs.

use std::collections::HashMap;

use serde::Deserialize;

use crate::domain::{Problem, UnlockReply, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::http::Request;
use crate::provider::push_inbox::PushInbox;

use super::client::Link;
use super::inventory::Device;
use super::nano;
use super::server::{Followed, Order, Server};

const PATH: &str = "/api/v1/nanomdm/enqueue";

/// One `NanoHUB`.
pub struct NanoHub {
    /// The way to it.
    pub link: Link,
    /// The Macs' answers.
    pub push_inbox: PushInbox,
}

/// What the inventory keeps; `{}` for a Mac that wasn't taken stock of yet (observed).
#[derive(Deserialize, Default)]
#[serde(default)]
struct Stock {
    device_name: Option<Untrusted>,
    serial_number: Option<Untrusted>,
    os_version: Option<Untrusted>,
    model_name: Option<Untrusted>,
}

impl Server for NanoHub {
    fn link(&self) -> &Link {
        &self.link
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let mut url = self.link.url("/api/v1/nanocmd/inventory");
            url.query_pairs_mut().append_pair("id", id.as_data());
            let mut all: HashMap<String, Stock> = self.link.json(Request::get(url)).await?;
            let stock = all.remove(id.as_data()).unwrap_or_default();
            let mut device = Device { id: id.clone(), ..Device::default() };
            device.aliases.extend(stock.serial_number.clone());
            device.note("Device name", stock.device_name.as_ref());
            device.note("Serial number", stock.serial_number.as_ref());
            device.note("macOS", stock.os_version.as_ref());
            device.note("Model", stock.model_name.as_ref());
            Ok(Some(device))
        })
    }

    fn enqueue<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, UnlockReply> {
        Box::pin(nano::enqueue(&self.link, PATH, order))
    }

    fn follow<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Followed> {
        Box::pin(std::future::ready(nano::followed(&self.push_inbox, order)))
    }
}
