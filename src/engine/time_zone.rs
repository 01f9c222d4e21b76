//! The zone of this host.

use std::path::Path;

use jiff::tz::TimeZone;

/// The host's own zone, whatever a variable says: hours of a policy are its owner's. Its name doesn't matter, and
/// looking it up in the whole database takes a tenth of the start, so that the file itself is read.
pub fn of_host() -> TimeZone {
    told().unwrap_or(TimeZone::UTC)
}

/// True where the host's zone can be told: a file that is there and can't be read says nothing, and none means UTC.
pub fn is_known() -> bool {
    !Path::new("/etc/localtime").exists() || told().is_some()
}

fn told() -> Option<TimeZone> {
    std::fs::read("/etc/localtime").ok().and_then(|data| TimeZone::tzif("Local", &data).ok())
}

/// The zone in which times are shown: the caller's where a variable names one.
pub fn shown() -> TimeZone {
    if std::env::var_os("TZ").is_some() { TimeZone::system() } else { of_host() }
}
