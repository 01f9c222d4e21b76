//! `NanoMDM`: a queue and nothing else. Answers come by webhook.

use serde::Deserialize;

use crate::domain::{Problem, UnlockReply, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::http::Request;
use crate::provider::push_inbox::PushInbox;

use super::client::Link;
use super::inventory::Device;
use super::nano;
use super::server::{Followed, Order, Server};

const PATH: &str = "/v1/enqueue";

/// One `NanoMDM`.
pub struct NanoMdm {
    /// The way to it.
    pub link: Link,
    /// The Macs' answers.
    pub push_inbox: PushInbox,
}

#[derive(Deserialize)]
struct Version {
    version: Option<Untrusted>,
}

impl Server for NanoMdm {
    fn link(&self) -> &Link {
        &self.link
    }

    /// It has no question for a Mac; its version shows that it is there.
    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let version: Version = self.link.json(Request::get(self.link.url("/version"))).await?;
            let mut device = Device { id: id.clone(), ..Device::default() };
            device.note("NanoMDM", version.version.as_ref());
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
