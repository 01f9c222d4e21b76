//! Who and what takes part in an event: product, actor, user, session, process, host.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// OCSF's metadata.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Metadata {
    pub(super) version: &'static str,
    pub(super) product: Product,
}

/// This program.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Product {
    name: &'static str,
    vendor_name: &'static str,
    pub(super) version: &'static str,
}

impl Product {
    /// This release.
    pub const OWN: Self = Self { name: "unbolt", vendor_name: "unbolt", version: env!("CARGO_PKG_VERSION") };
}

/// Who acted.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Actor {
    /// The operator: by login uid, `uid` always, `name` where the host knows it.
    pub user: User,
    #[serde(skip_deserializing)]
    pub(super) session: Session,
    #[serde(skip_deserializing)]
    pub(super) process: Process,
}

/// An account.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct User {
    /// Its id.
    pub uid: String,
    /// Its user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_addr: Option<String>,
}

/// The operator's session.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Session {
    pub(super) is_remote: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terminal: Option<String>,
}

/// The process that wrote it.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) name: &'static str,
}

/// The host.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Host {
    pub(super) hostname: String,
    pub(super) type_id: u8,
}

/// Where the operator came from.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Endpoint {
    pub(super) ip: String,
}
