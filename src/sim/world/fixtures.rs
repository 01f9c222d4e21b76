//! Reading the people with stories from `assets/demo.toml`.

use std::io;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::pingone::{AccountLock, AuditActivity, PasswordLock, PingOneUser};
use super::{AdaxesUser, DirectoryUser, JumpCloudUser, Mac, SimPerson, steady_uuid};

/// The file of the people that the demo tells of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    person: Vec<Told>,
}

/// One of them, with what each system has of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    given: String,
    family: String,
    username: String,
    email: Option<String>,
    employee_id: Option<String>,
    phone: Option<String>,
    title: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
    story: String,
    pingone: Option<PingOne>,
    jumpcloud: Option<JumpCloud>,
    adaxes: Option<Adaxes>,
    directory: Option<Directory>,
    mac: Option<MacTold>,
}

/// The user in JumpCloud.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct JumpCloud {
    locked_ago_s: Option<i64>,
    /// Locked by an administrator's action and not by attempts.
    on_purpose: bool,
    suspended: bool,
}

/// A Mac.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct MacTold {
    udid: Option<String>,
    /// The account's name on the Mac, where it is another one than the user name.
    short_name: Option<String>,
    /// The administrator's map names no short name.
    unmapped: bool,
    locked_ago_s: Option<i64>,
    asleep: bool,
    /// `unregistered` or `unreachable`.
    push: Option<String>,
    /// What it answers first: `not_now`, `error`, `format_error`, `strange`.
    script: Vec<String>,
}

/// The user in Adaxes.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Adaxes {
    locked_ago_s: Option<i64>,
    disabled: bool,
    expired: bool,
    /// What the business rules do with an unlock: `warns`, `fails`, `approval`, `slow`.
    rule: Option<String>,
}

/// The user in the domain.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Directory {
    /// Seconds since the last wrong password.
    ago_s: i64,
    /// Wrong passwords on each controller; three lock.
    bad: Vec<u32>,
    protected: bool,
    must_change: bool,
    disabled: bool,
    expired: bool,
}

/// The user in `PingOne`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PingOne {
    id: Option<String>,
    disabled: bool,
    /// Seconds since the account was locked; none for an open one.
    locked_ago_s: Option<i64>,
    /// `bad_passwords`, `mfa` or `admin`.
    cause: Option<String>,
    /// Seconds until the account opens by itself; none for never.
    opens_in_s: Option<i64>,
    /// Whether `lockedAt` is told.
    hides_since: bool,
    /// Who locked it on purpose.
    locked_by: Option<String>,
    password_locked: bool,
    password_status: Option<String>,
    failures: u32,
    mfa_failures: u32,
    mfa_enabled: bool,
    unlock_leaves_password: bool,
    relocks_after_s: Option<i64>,
}

pub fn people(text: &str, now: Timestamp) -> io::Result<Vec<SimPerson>> {
    let file: File = toml::from_str(text).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
    Ok(file.person.into_iter().zip(1..).map(|(told, number)| person(told, number, now)).collect())
}

fn person(told: Told, number: usize, now: Timestamp) -> SimPerson {
    let name = format!("{} {}", told.given, told.family);
    SimPerson {
        pingone: told.pingone.map(|own| pingone(&told.username, own, now)),
        jumpcloud: told.jumpcloud.map(|own| jumpcloud(&told.username, &own, now)),
        adaxes: told.adaxes.map(|own| adaxes(&told.username, &name, own, now)),
        directory: told.directory.map(|own| directory(&told.username, &name, &own, now)),
        mac: told.mac.map(|own| mac(&told.username, &told.given, own, number, now)),
        given: told.given,
        family: told.family,
        username: told.username,
        email: told.email,
        employee_id: told.employee_id,
        phone: told.phone,
        title: told.title,
        groups: told.groups,
        story: Some(told.story),
    }
}

fn mac(username: &str, given: &str, own: MacTold, number: usize, now: Timestamp) -> Mac {
    let mut mac = Mac::new(username, given, number);
    mac.udid = own.udid.unwrap_or(mac.udid);
    if let Some(name) = own.short_name {
        mac.accounts = vec![name.clone(), "itadmin".to_owned()];
        mac.short_name = name;
    }
    if let Some(ago) = own.locked_ago_s {
        mac.lock_by_passwords(now - SignedDuration::from_secs(ago));
    }
    mac.unmapped = own.unmapped;
    mac.asleep = own.asleep;
    mac.push = own.push.unwrap_or(mac.push);
    mac.script = own.script;
    mac
}

fn jumpcloud(username: &str, own: &JumpCloud, now: Timestamp) -> JumpCloudUser {
    let mut user = JumpCloudUser::new(username, now);
    if let Some(ago) = own.locked_ago_s {
        let at = now - SignedDuration::from_secs(ago);
        if own.on_purpose {
            user.lock_on_purpose(at);
        } else {
            user.lock_by_passwords(at);
        }
    }
    user.suspended = own.suspended;
    user
}

fn adaxes(username: &str, name: &str, own: Adaxes, now: Timestamp) -> AdaxesUser {
    let mut user = AdaxesUser::new(username, name, now);
    if let Some(ago) = own.locked_ago_s {
        user.lock_by_passwords(now - SignedDuration::from_secs(ago));
    }
    user.disabled = own.disabled;
    user.password_expired = own.expired;
    user.rule = own.rule;
    user
}

fn directory(username: &str, name: &str, own: &Directory, now: Timestamp) -> DirectoryUser {
    let mut user = DirectoryUser::new(username, name, now);
    let last = now - SignedDuration::from_secs(own.ago_s);
    for (controller, count) in own.bad.iter().enumerate() {
        user.wrong_passwords(controller, *count, last);
    }
    user.catch_up(now);
    user.is_protected = own.protected;
    user.must_change = own.must_change;
    user.disabled = own.disabled;
    user.expired = own.expired;
    user
}

fn pingone(username: &str, own: PingOne, now: Timestamp) -> PingOneUser {
    let seconds = SignedDuration::from_secs;
    let mut user = PingOneUser::new(own.id.unwrap_or_else(|| steady_uuid("pingone", username)), now);
    let until = own.opens_in_s.map(|opens| now + seconds(opens));
    let since = own.locked_ago_s.map(|ago| now - seconds(ago));
    user.enabled = !own.disabled;
    user.failures = own.failures;
    user.mfa_failures = own.mfa_failures;
    user.mfa_enabled = own.mfa_enabled;
    user.account_unlock_clears_password = !own.unlock_leaves_password;
    user.relocks_after_s = own.relocks_after_s;
    if let Some(status) = own.password_status {
        user.password_status = status;
    }
    let last_failure = since.unwrap_or(now - seconds(600));
    let failed = if own.mfa_failures > 0 {
        ("OTP.CHECK_FAILED", own.mfa_failures)
    } else {
        ("PASSWORD.CHECK_FAILED", own.failures)
    };
    user.events.push(AuditActivity::new(last_failure - seconds(3_600), "PASSWORD.CHECK_SUCCEEDED"));
    for n in 0..failed.1 {
        user.events.push(AuditActivity::new(last_failure - seconds(i64::from(failed.1 - n) * 7), failed.0));
    }
    if let Some(since) = since {
        user.account = Some(AccountLock { since, tells_since: !own.hides_since, until });
        if own.cause.as_deref() == Some("admin") {
            let name = own.locked_by.unwrap_or_else(|| "an administrator".to_owned());
            let actor = Some((steady_uuid("pingone", &name), name));
            user.events.push(AuditActivity { actor, ..AuditActivity::new(since, "USER.LOCKED") });
        }
    }
    if own.password_locked {
        user.password_locked = Some(PasswordLock { until });
    }
    user
}
