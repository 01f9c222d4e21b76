//! `PingOne`'s wire types. Every member is optional and unknown ones are ignored, as its
//! forward-compatibility guidance asks.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::Untrusted;

/// A page of users or activities (paging-ordering-collections: `count` and `size` are optional).
#[derive(Deserialize)]
pub struct Collection<'a> {
    #[serde(rename = "_links", default)]
    pub links: Links,
    #[serde(rename = "_embedded", borrow, default)]
    pub embedded: Embedded<'a>,
    #[serde(default)]
    pub count: Option<u64>,
}

#[derive(Deserialize, Default)]
pub struct Links {
    pub next: Option<Link>,
}

#[derive(Deserialize)]
pub struct Link {
    pub href: Untrusted,
}

/// Rows stay raw, so that one that can't be read is one problem and not a lost page.
#[derive(Deserialize, Default)]
pub struct Embedded<'a> {
    #[serde(borrow, default)]
    pub users: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pub activities: Vec<&'a RawValue>,
}

/// A user (users data model). Not even `email` or `account` is sure to be there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Untrusted,
    pub username: Option<Untrusted>,
    pub email: Option<Untrusted>,
    pub enabled: Option<bool>,
    pub name: Option<Name>,
    pub nickname: Option<Untrusted>,
    pub account: Option<AccountState>,
    pub external_id: Option<Untrusted>,
    pub title: Option<Untrusted>,
    pub r#type: Option<Untrusted>,
    pub primary_phone: Option<Untrusted>,
    pub mobile_phone: Option<Untrusted>,
    pub population: Option<Reference>,
    /// Only when asked for with `include` (users: read one user).
    #[serde(rename = "memberOfGroupNames")]
    pub group_names: Option<Vec<Untrusted>>,
    /// Likewise.
    #[serde(rename = "memberOfGroupIDs")]
    pub group_ids: Option<Vec<Untrusted>>,
    pub lifecycle: Option<Status>,
    pub identity_provider: Option<IdentityProvider>,
    pub last_sign_on: Option<SignOn>,
    pub mfa_enabled: Option<bool>,
    pub verify_status: Option<Untrusted>,
    pub created_at: Option<Untrusted>,
    pub updated_at: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct Name {
    pub given: Option<Untrusted>,
    pub family: Option<Untrusted>,
    pub formatted: Option<Untrusted>,
}

/// `account` (user accounts): `lockedAt` may be absent after an automatic lockout; without `unlockAt`
/// and `secondsUntilUnlock` an administrator has to open it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountState {
    pub status: Option<Untrusted>,
    pub locked_at: Option<Untrusted>,
    pub unlock_at: Option<Untrusted>,
    pub seconds_until_unlock: Option<i64>,
}

#[derive(Deserialize)]
pub struct Reference {
    pub id: Option<Untrusted>,
    pub name: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct Status {
    pub status: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct IdentityProvider {
    pub r#type: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOn {
    pub at: Option<Untrusted>,
    pub remote_ip: Option<Untrusted>,
}

/// The password state (user passwords).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordState {
    pub status: Option<Untrusted>,
    pub last_changed_at: Option<Untrusted>,
    pub seconds_until_unlock: Option<i64>,
    pub password_policy: Option<Reference>,
}

/// The part of a password policy that locks; without `lockout` nothing does.
#[derive(Deserialize)]
pub struct Policy {
    pub lockout: Option<Lockout>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lockout {
    pub failure_count: Option<u32>,
    pub duration_seconds: Option<u64>,
}

/// One audit activity. A failed password check has no `actors`, and its `result.status` is `SUCCESS`:
/// only `action.type` tells what happened.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    pub recorded_at: Option<Untrusted>,
    pub created_at: Option<Untrusted>,
    pub action: Option<ActionType>,
    pub actors: Option<Actors>,
}

#[derive(Deserialize)]
pub struct ActionType {
    pub r#type: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct Actors {
    pub user: Option<Reference>,
    pub client: Option<Reference>,
}

/// The error envelope (reference/error-codes).
#[derive(Deserialize, Default)]
pub struct ErrorEnvelope {
    pub id: Option<Untrusted>,
    pub code: Option<Untrusted>,
    pub message: Option<Untrusted>,
    #[serde(default)]
    pub details: Vec<ErrorDetail>,
    /// The token endpoint has an envelope of its own (RFC 6749 §5.2).
    pub error: Option<Untrusted>,
    pub error_description: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct ErrorDetail {
    pub code: Option<Untrusted>,
    pub message: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct TokenAnswer {
    pub access_token: String,
    pub expires_in: Option<u64>,
    pub token_type: Option<String>,
}

/// A moment in `PingOne`'s spelling (ISO 8601, UTC); what can't be read is no moment.
pub fn moment(text: Option<&Untrusted>) -> Option<Timestamp> {
    text?.as_data().parse().ok()
}

/// The roles of an application (applications, role assignments), where it may see them.
#[derive(Deserialize)]
pub struct RoleAssignments {
    #[serde(rename = "_embedded", default)]
    pub embedded: EmbeddedAssignments,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedAssignments {
    #[serde(default)]
    pub role_assignments: Vec<RoleAssignment>,
}

#[derive(Deserialize)]
pub struct RoleAssignment {
    pub role: RoleId,
}

#[derive(Deserialize)]
pub struct RoleId {
    pub id: Untrusted,
}

/// Every role by name (roles).
#[derive(Deserialize)]
pub struct Roles {
    #[serde(rename = "_embedded", default)]
    pub embedded: EmbeddedRoles,
}

#[derive(Deserialize, Default)]
pub struct EmbeddedRoles {
    #[serde(default)]
    pub roles: Vec<Role>,
}

#[derive(Deserialize)]
pub struct Role {
    pub id: Untrusted,
    pub name: Untrusted,
}
