//! JumpCloud's wire types. No key is required in the vendor's schema, so a user is a bag of raw values,
//! each read by the type it should have.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::Untrusted;

/// A system user: every key optional, unknown ones kept.
#[derive(Deserialize)]
pub struct User(BTreeMap<String, Box<RawValue>>);

impl User {
    /// The raw value of a key; none for a missing or null one.
    pub fn raw(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|raw| raw.get()).filter(|raw| *raw != "null")
    }

    /// A text that is not blank.
    pub fn text(&self, key: &str) -> Option<Untrusted> {
        serde_json::from_str::<Untrusted>(self.raw(key)?).ok().filter(|text| !text.is_blank())
    }

    /// A flag; none when it is missing or something else.
    pub fn flag(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.raw(key)?).ok()
    }

    /// A count; none when it is missing or something else. A number written as text is something else.
    pub fn count(&self, key: &str) -> Option<u32> {
        serde_json::from_str(self.raw(key)?).ok()
    }

    /// The numbers of a list of telephone numbers.
    pub fn numbers(&self, key: &str) -> Vec<Untrusted> {
        #[derive(Deserialize)]
        struct Phone {
            number: Option<Untrusted>,
        }
        let phones: Vec<Phone> = self.raw(key).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
        phones.into_iter().filter_map(|phone| phone.number).collect()
    }

    /// A moment; an empty text is none.
    pub fn moment(&self, key: &str) -> Option<jiff::Timestamp> {
        self.text(key)?.as_data().parse().ok()
    }

    /// The keys, for those that no table names.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// A page of the search. Rows stay raw: one that can't be read is one problem.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found<'a> {
    pub total_count: Option<u64>,
    #[serde(borrow)]
    pub results: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
pub struct Organizations {
    pub results: Vec<OrganizationId>,
}

#[derive(Deserialize)]
pub struct OrganizationId {
    #[serde(rename = "_id")]
    pub id: String,
}

#[derive(Deserialize)]
pub struct Organization {
    pub settings: Option<Settings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub password_policy: Option<PasswordPolicy>,
}

/// The part of the organisation's password policy that locks.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordPolicy {
    #[serde(default)]
    pub enable_max_login_attempts: bool,
    pub max_login_attempts: Option<u32>,
    #[serde(default)]
    pub enable_lockout_time_in_seconds: bool,
    pub lockout_time_in_seconds: Option<i64>,
}

/// A Directory Insights event; all but kind and time are optional.
#[derive(Deserialize)]
pub struct Event {
    #[serde(rename = "event_type")]
    pub kind: Option<Untrusted>,
    pub timestamp: Option<Untrusted>,
    pub resource: Option<Resource>,
}

#[derive(Deserialize)]
pub struct Resource {
    pub id: Option<Untrusted>,
}
