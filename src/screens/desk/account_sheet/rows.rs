//! A row of the sheet.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::Untrusted;
use crate::domain::bad_logins::Replica;

use super::NOT_TOLD;

pub(super) type Rows = Vec<(Untrusted, String)>;

pub(super) fn row(label: &str, value: impl Into<String>) -> (Untrusted, String) {
    (label.into(), value.into())
}

pub(super) fn told(text: Option<&Untrusted>) -> String {
    text.map_or_else(|| NOT_TOLD.to_owned(), Untrusted::cell)
}

pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

pub(super) fn moment_told(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(|| NOT_TOLD.to_owned(), |at| moment(at, zone))
}

pub(super) fn replica(one: &Replica, zone: &TimeZone) -> String {
    let at = |word: &str, at: Option<Timestamp>| at.map(|at| format!("{word} {}", moment(at, zone)));
    let parts = [
        Some(one.state.cell()).filter(|state| !state.is_empty()),
        one.site.as_ref().map(|site| format!("site {}", site.cell())),
        one.count.map(|count| format!("{count} bad")),
        at("last", one.last),
        at("password set", one.password_set),
        at("locked at", one.locked_at),
        one.origin.as_ref().map(|origin| format!("begun on {}", origin.cell())),
        at("read at", one.as_of),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
