//! The audit activities of one user: how many wrong passwords, and why and by whom the account was locked.
//!
//! A range of time is mandatory and covers at most 14 days; beside it only the resource's id may be
//! asked for, so the kinds of activity are chosen here.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Cause, Problem, Untrusted};
use crate::provider::json::Object;

use super::PingOne;
use super::wire::ACTIVITIES;

/// The longest range of one query.
const WINDOW: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What the audit says of one user, newest first.
pub struct History {
    /// The start of the range.
    pub since: Timestamp,
    events: Vec<Event>,
    /// True when there are more activities than were read: an older one may tell another story.
    is_cut: bool,
}

/// One activity, as far as a lock is told by it.
struct Event {
    at: Timestamp,
    kind: String,
    user: Option<(Option<Untrusted>, Option<Untrusted>)>,
    /// An application, by name or id.
    client: Option<Untrusted>,
}

/// Reads the activities of a user. Asked once: the audit has a narrow rate of its own, and the account
/// can be shown without it.
pub async fn history(ping: &PingOne, id: &Untrusted) -> Result<History, Problem> {
    let until = ping.client.http.server_now() + SignedDuration::from_secs(60);
    let since = until - WINDOW;
    let filter = format!(
        "recordedAt gt \"{}\" AND recordedAt lt \"{}\" AND resources.id eq {}",
        stamp(since),
        stamp(until),
        id.scim()
    );
    let url = ping.client.url(&format!("/activities?filter={}&limit=100", Untrusted::from(filter).url()));
    let page = ping.client.get(url, &ACTIVITIES).await?;
    let activities = page.object("_embedded").unwrap_or_default().objects("activities");
    let mut events: Vec<Event> = activities.iter().filter_map(event).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    let is_cut = page.object("_links").is_some_and(|links| links.raw("next").is_some());
    Ok(History { since, events, is_cut })
}

/// `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, as the filter wants it.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A failed password check has no `actors`, and its `result.status` is `SUCCESS`: only `action.type` tells what
/// happened.
fn event(activity: &Object) -> Option<Event> {
    let at = activity.moment("recordedAt").or_else(|| activity.moment("createdAt"))?;
    let kind = activity.inner_text("action", "type")?.as_data().to_owned();
    let actors = activity.object("actors").unwrap_or_default();
    let user = actors.object("user").map(|user| (user.text("id"), user.text("name")));
    let client = actors
        .object("client")
        .map(|client| client.text("name").or_else(|| client.text("id")).unwrap_or_else(|| "an application".into()));
    Some(Event { at, kind, user, client })
}

/// What ends a series of wrong passwords.
const FRESH_START: [&str; 7] = [
    "PASSWORD.CHECK_SUCCEEDED",
    "PASSWORD.UNLOCKED",
    "USER.UNLOCKED",
    "PASSWORD.RESET",
    "PASSWORD.SET",
    "PASSWORD.RECOVERY",
    "USER.ACCESS_ALLOWED",
];

impl History {
    /// Wrong passwords since the last success, unlock or reset: how many, the last, and since when.
    pub fn failures(&self) -> (u32, Option<Timestamp>, Timestamp) {
        let start = self.events.iter().find(|event| FRESH_START.contains(&event.kind.as_str())).map(|event| event.at);
        let since = start.unwrap_or(self.since);
        let failed = || self.events.iter().filter(|event| event.kind == "PASSWORD.CHECK_FAILED" && event.at > since);
        (u32::try_from(failed().count()).unwrap_or(u32::MAX), failed().next().map(|event| event.at), since)
    }

    /// When wrong passwords were given, whatever came after; the latest first.
    pub fn failure_times(&self) -> Vec<Timestamp> {
        self.events.iter().filter(|event| event.kind == "PASSWORD.CHECK_FAILED").map(|event| event.at).collect()
    }

    /// Why the account layer of user `id` is locked, and who may have locked it.
    ///
    /// Whether an automatic lockout emits `USER.LOCKED` is not documented; both ways are understood.
    pub fn cause(&self, id: &Untrusted, password_locked: bool) -> (Cause, Option<Untrusted>) {
        let locked = self
            .events
            .iter()
            .take_while(|event| event.kind != "USER.UNLOCKED")
            .find(|event| event.kind == "USER.LOCKED");
        let Some(locked) = locked else {
            let told = if self.is_cut { Cause::Unknown } else { self.failure_before(None, password_locked) };
            return (told, None);
        };
        if let Some((actor, name)) = &locked.user
            && actor.as_ref() != Some(id)
        {
            return (Cause::Admin, name.clone().or_else(|| actor.clone()));
        }
        if let Some(client) = &locked.client {
            // Sign-on applications and administrators' tools look alike here.
            return (Cause::Unknown, Some(client.clone()));
        }
        (self.failure_before(Some(locked.at), password_locked), None)
    }

    /// The kind of the last failure before the lock, since the last fresh start.
    fn failure_before(&self, lock: Option<Timestamp>, password_locked: bool) -> Cause {
        let last = self
            .events
            .iter()
            .filter(|event| lock.is_none_or(|lock| event.at <= lock))
            .take_while(|event| !FRESH_START.contains(&event.kind.as_str()))
            .find(|event| event.kind.ends_with(".CHECK_FAILED"));
        match last.map(|event| event.kind.as_str()) {
            Some("PASSWORD.CHECK_FAILED") => Cause::BadPasswords,
            Some(_) => Cause::Mfa,
            None if password_locked => Cause::BadPasswords,
            None => Cause::Unknown,
        }
    }
}
