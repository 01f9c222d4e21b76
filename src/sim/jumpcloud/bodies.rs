//! A system user: every key of the vendor's schema.

use serde_json::{Value, json};

use super::ORGANIZATION;
use crate::sim::context::millis;
use crate::sim::world::{JumpCloudUser, SimPerson};

pub fn user(person: &SimPerson, user: &JumpCloudUser, is_locked: bool) -> Value {
    let mut row = json!({
        "_id": user.id, "id": user.id, "email": person.email, "username": person.username,
        "allow_public_key": true, "public_key": "", "sudo": false, "enable_managed_uid": false,
        "unix_uid": 5001, "unix_guid": 5001, "activated": true, "tags": ["staff"],
        "account_locked": is_locked, "account_locked_date": user.locked_at.filter(|_| is_locked).map(millis),
        "passwordless_sudo": false, "externally_managed": false, "external_dn": "", "external_source_type": "",
        "firstname": person.given, "lastname": person.family, "ldap_binding_user": false,
        "enable_user_portal_multifactor": false, "attributes": [{"name": "badge", "value": "b-77"}],
        "samba_service_user": false,
        "addresses": [{"id": "5f0000000000000000000001", "type": "work", "locality": "London", "country": "GB"}]
    });
    let more = json!({
        "jobTitle": person.title, "department": null, "phoneNumbers": [{"id": "5f0000000000000000000002", "type": "work", "number": person.phone}],
        "password_never_expires": false, "middlename": "", "displayname": person.name(),
        "description": "", "location": "London", "costCenter": "CC-1", "employeeType": "full-time", "company": null,
        "employeeIdentifier": person.employee_id, "mfa": {"configured": false, "exclusion": false},
        "suspended": user.suspended, "alternateEmail": null, "disableDeviceMaxLoginAttempts": false,
        "external_password_expiration_date": "", "managedAppleId": "", "manager": null, "state": if user.suspended { "SUSPENDED" } else { "ACTIVATED" },
        "relationships": [], "restrictedFields": [], "ssh_keys": [], "password_expired": false,
        "totp_enabled": false, "created": millis(user.created),
        "organization": ORGANIZATION, "badLoginAttempts": user.attempts, "password_expiration_date": null,
        "admin": null, "creationSource": "jumpcloud:api", "password_date": null,
        "recoveryEmail": {"address": "", "verified": false},
        "mfaEnrollment": {"overallStatus": "NOT_ENROLLED", "totpStatus": "NOT_ENROLLED"}
    });
    if let (Some(row), Value::Object(more)) = (row.as_object_mut(), more) {
        row.extend(more);
    }
    row
}
