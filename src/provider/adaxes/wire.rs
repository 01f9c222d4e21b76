//! Adaxes' wire types.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::Untrusted;

/// A directory object, as read or found. `accountStatus` is present for users and computers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryObject {
    pub guid: Option<Untrusted>,
    pub dn: Option<Untrusted>,
    pub display_name: Option<Untrusted>,
    pub object_type: Option<Untrusted>,
    pub domain_name: Option<Untrusted>,
    pub account_status: Option<AccountStatus>,
    pub password_status: Option<PasswordStatus>,
    /// A name and an array of values; the name's case may differ from what was asked.
    #[serde(default)]
    pub properties: BTreeMap<String, Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountStatus {
    pub is_disabled: Option<bool>,
    pub is_locked: Option<bool>,
    pub expiration_date: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordStatus {
    pub when_changed: Option<Untrusted>,
    pub expiration_date: Option<Untrusted>,
}

impl DirectoryObject {
    /// The first value of a property as text.
    pub fn text(&self, name: &str) -> Option<Untrusted> {
        self.texts(name).into_iter().next()
    }

    /// The values of a property as texts; a single one may stand without an array.
    pub fn texts(&self, name: &str) -> Vec<Untrusted> {
        let Some((_, raw)) = self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) else {
            return Vec::new();
        };
        let values: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).unwrap_or_else(|_| vec![raw.clone()]);
        let text = |raw: &RawValue| serde_json::from_str::<Untrusted>(raw.get()).unwrap_or_else(|_| raw.get().into());
        values.iter().map(|value| text(value)).filter(|text| !text.is_blank() && text.as_data() != "null").collect()
    }

    /// A property as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.as_data().parse().ok()
    }

    /// A moment: ISO 8601, or a FILETIME (100 ns since 1601) as number or text; 0 and the largest mean never.
    pub fn moment(&self, name: &str) -> Option<jiff::Timestamp> {
        const EPOCH: i64 = 116_444_736_000_000_000;
        let text = self.text(name)?;
        if let Ok(at) = text.as_data().parse() {
            return Some(at);
        }
        let ticks: i64 = text.as_data().parse().ok().filter(|ticks| *ticks > 0 && *ticks != i64::MAX)?;
        jiff::Timestamp::from_microsecond((ticks - EPOCH) / 10).ok()
    }
}

/// An operation result (`REST_OperationResult`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationResult {
    pub result_type: Option<i64>,
    #[serde(default)]
    pub inner_messages: Vec<Message>,
    pub exception: Option<Exception>,
    #[serde(rename = "actualObjectDN")]
    pub actual_object_dn: Option<Untrusted>,
    #[serde(default)]
    pub no_changes: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub source: Option<Untrusted>,
    pub text: Option<Untrusted>,
    #[serde(rename = "messageType")]
    pub kind: Option<i64>,
    #[serde(default)]
    pub inner_messages: Vec<Message>,
}

#[derive(Deserialize)]
pub struct Exception {
    pub message: Option<Untrusted>,
}

/// What a running operation says; the id's own name is not documented.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    pub completed: Option<bool>,
    pub operation_result: Option<OperationResult>,
}

/// Any error's body.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    pub message: Option<Untrusted>,
    pub code: Option<Untrusted>,
    pub inner_error: Option<InnerError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InnerError {
    pub message: Option<Untrusted>,
    pub code: Option<Untrusted>,
    pub attempts_left: Option<i64>,
}
