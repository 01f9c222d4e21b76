//! Finding the answer to a command where the server's own id of it isn't known: by Mac, command and time.

use jiff::{SignedDuration, Timestamp};

/// The clocks of server and client agree to this much.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// What an answer found that way says of itself.
pub const BY_TIME: &str = "matched by time: the newest of its kind for this Mac since the request";

/// True when a command of that date can be the one that was asked for then.
pub fn fits(requested: Option<Timestamp>, asked_at: Timestamp) -> bool {
    let from = asked_at.checked_sub(SLACK).unwrap_or(asked_at);
    requested.is_some_and(|requested| requested >= from)
}
