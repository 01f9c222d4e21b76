//! Lengths of time as people write them: `30s`, `1m 30s`.

use std::time::Duration;

use jiff::SignedDuration;
use serde::de::{Deserializer, Error};
use serde::{Deserialize as _, Serializer};

/// Nothing is waited for longer.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Reads one.
///
/// # Errors
/// What is wrong with it, and how it is written.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parsed: SignedDuration =
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is no duration; write \"30s\" or \"1m 30s\"")))?;
    let parsed = Duration::try_from(parsed).unwrap_or_default();
    if parsed < Duration::from_millis(10) {
        return Err(D::Error::custom(format!("`{text}` is too short; at least \"10ms\"")));
    }
    if parsed > LONGEST {
        return Err(D::Error::custom(format!("`{text}` is too long; at most 30 days")));
    }
    Ok(parsed)
}

/// Writes one.
///
/// # Errors
/// The serializer's own.
pub fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let span = SignedDuration::try_from(*span).unwrap_or(SignedDuration::MAX);
    serializer.collect_str(&format_args!("{span:#}"))
}

/// The same for a setting that needn't be there.
pub mod maybe {
    use std::time::Duration;

    use serde::Serializer;
    use serde::de::Deserializer;

    /// Reads one that is there.
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }

    /// Writes one that is there.
    ///
    /// # Errors
    /// The serializer's own.
    #[allow(clippy::ref_option, reason = "serde's shape")]
    pub fn serialize<S: Serializer>(span: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match span {
            Some(span) => super::serialize(span, serializer),
            None => serializer.serialize_none(),
        }
    }
}
