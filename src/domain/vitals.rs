//! How a provider is doing, for its state line.

use std::time::Duration;

use jiff::Timestamp;

use super::problem::Problem;

/// What was last seen of a provider's health.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vitals {
    /// Whether the last exchange reached it; none before the first.
    pub reachable: Option<bool>,
    /// When the access token runs out.
    pub token_until: Option<Timestamp>,
    /// How long the last answer took.
    pub latency: Option<Duration>,
    /// Requests that may be sent at once before the own ceiling makes them wait.
    pub budget: Option<u32>,
    /// Requests under way.
    pub in_flight: u32,
    /// The last thing that went wrong; gone with the next answer that succeeds.
    pub problem: Option<Problem>,
    /// When this was seen.
    pub as_of: Option<Timestamp>,
}
