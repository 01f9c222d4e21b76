//! The output table of the vendor's "Unlock user" action: all 57 rows under their own names, grouped.

use crate::domain::{AccountFact, Untrusted};
use crate::provider::json::Object;

/// Group, label, key. "The user's email." of the table is *Email*.
const FIELDS: [(&str, &str, &str); 57] = [
    ("Account", "Activated", "activated"),
    ("Account", "Tags", "tags"),
    ("Account", "Account locked", "account_locked"),
    ("Account", "Attributes", "attributes"),
    ("Account", "Suspended", "suspended"),
    ("Account", "Disable device max login attempts", "disableDeviceMaxLoginAttempts"),
    ("Account", "State", "state"),
    ("Account", "Created", "created"),
    ("Account", "ID", "_id"),
    ("Account", "Organization", "organization"),
    ("Account", "Bad login attempts", "badLoginAttempts"),
    ("Account", "Admin", "admin"),
    ("Account", "Creation source", "creationSource"),
    ("Person", "Email", "email"),
    ("Person", "User name", "username"),
    ("Person", "First name", "firstname"),
    ("Person", "Last name", "lastname"),
    ("Person", "Addresses", "addresses"),
    ("Person", "Phone numbers", "phoneNumbers"),
    ("Person", "Middle name", "middlename"),
    ("Person", "Display name", "displayname"),
    ("Person", "Description", "description"),
    ("Person", "Location", "location"),
    ("Person", "Alternate email", "alternateEmail"),
    ("Person", "Managed apple ID", "managedAppleId"),
    ("Person", "Recovery email", "recoveryEmail"),
    ("Work", "Job title", "jobTitle"),
    ("Work", "Department", "department"),
    ("Work", "Cost center", "costCenter"),
    ("Work", "Employee type", "employeeType"),
    ("Work", "Company", "company"),
    ("Work", "Employee identifier", "employeeIdentifier"),
    ("Work", "Manager", "manager"),
    ("Work", "Relationships", "relationships"),
    ("Password", "Password never expires", "password_never_expires"),
    ("Password", "External password expiration date", "external_password_expiration_date"),
    ("Password", "Password expired", "password_expired"),
    ("Password", "Password expiration date", "password_expiration_date"),
    ("Password", "Password date", "password_date"),
    ("Second factor", "Enable user portal multi-factor", "enable_user_portal_multifactor"),
    ("Second factor", "MFA", "mfa"),
    ("Second factor", "Totp enabled", "totp_enabled"),
    ("Second factor", "Mfa enrollment", "mfaEnrollment"),
    ("Devices and directories", "Allow public key", "allow_public_key"),
    ("Devices and directories", "Public key", "public_key"),
    ("Devices and directories", "Sudo", "sudo"),
    ("Devices and directories", "Enable managed uid", "enable_managed_uid"),
    ("Devices and directories", "Unix uid", "unix_uid"),
    ("Devices and directories", "Unix guid", "unix_guid"),
    ("Devices and directories", "Passwordless sudo", "passwordless_sudo"),
    ("Devices and directories", "Externally managed", "externally_managed"),
    ("Devices and directories", "External dn", "external_dn"),
    ("Devices and directories", "External source type", "external_source_type"),
    ("Devices and directories", "Ldap binding user", "ldap_binding_user"),
    ("Devices and directories", "Samba service user", "samba_service_user"),
    ("Devices and directories", "Restricted fields", "restrictedFields"),
    ("Devices and directories", "Ssh keys", "ssh_keys"),
];
/// Keys that are shown elsewhere or repeat another one.
const SHOWN_ELSEWHERE: [&str; 2] = ["id", "account_locked_date"];

/// The facts of a user: the table's rows first, then keys that no table names.
pub fn facts(user: &Object) -> Vec<AccountFact> {
    let is_known = |key: &str| FIELDS.iter().any(|row| row.2 == key) || SHOWN_ELSEWHERE.contains(&key);
    let others = user.names().filter(|key| !is_known(key)).map(|key| ("Other", key, key));
    let fact = |(group, label, key): (&str, &str, &str)| AccountFact {
        group: group.into(),
        label: label.into(),
        value: user.raw(key).map_or_else(|| "not reported".into(), plain),
    };
    FIELDS.into_iter().chain(others).map(fact).collect()
}

/// A raw value as text: words for flags, the text itself for texts, JSON for the rest.
fn plain(raw: &str) -> Untrusted {
    match raw {
        "true" => "yes".into(),
        "false" => "no".into(),
        "\"\"" | "[]" | "{}" => "none".into(),
        _ => serde_json::from_str::<Untrusted>(raw).unwrap_or_else(|_| raw.into()),
    }
}
