//! Finding the answer to a command where the server's own id of it isn't known: by Mac, command and time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The clocks of server and client agree to this much.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// What an answer found that way says of itself.
pub const BY_TIME: &str = "matched by time: the only one of its kind for this Mac around the request";

/// True when a command of that date can be the one that was asked for then: a request is taken within its time-out.
pub fn fits(requested: Option<Timestamp>, asked_at: Timestamp, within: Duration) -> bool {
    let from = asked_at.checked_sub(SLACK).unwrap_or(asked_at);
    let until = asked_at.checked_add(within).and_then(|until| until.checked_add(SLACK)).unwrap_or(asked_at);
    requested.is_some_and(|requested| (from..=until).contains(&requested))
}
