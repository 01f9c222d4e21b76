//! What every simulated server shares: the world, its clock, the faults, the log of requests.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;
use serde_json::Value;

use super::apple_mdm::{SentEvent, Webhook};
use super::fault_injection::{Fault, Faults};
use super::world::World;

/// An answer with a status of its own.
pub type Told = (StatusCode, Json<Value>);
/// What was asked for, or why not.
pub type Answer = Result<Json<Value>, Told>;

/// One request as it was received whole.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReceivedRequest {
    /// The sim's clock.
    pub at: String,
    pub provider: &'static str,
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// What was answered; none while it is at work or when the connection was cut before.
    pub status: Option<u16>,
    /// False where a fault kept it from being carried out.
    pub carried_out: bool,
}

/// What all simulated servers share: the world, its clock, faults, and the log of requests.
pub struct SimContext {
    world: Mutex<World>,
    pub faults: Mutex<Faults>,
    requests: Mutex<Vec<ReceivedRequest>>,
    ahead_s: AtomicI64,
    latency: Duration,
    /// Where Macs' answers are told.
    pub webhook: Webhook,
    /// The events that were sent there.
    pub webhooks: Mutex<Vec<SentEvent>>,
}

/// A moment as most services spell it: UTC, milliseconds.
pub fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl SimContext {
    pub fn new(world: World, latency: Duration, webhook: Webhook) -> Self {
        Self {
            world: Mutex::new(world),
            faults: Mutex::default(),
            requests: Mutex::default(),
            ahead_s: AtomicI64::new(0),
            latency,
            webhook,
            webhooks: Mutex::default(),
        }
    }

    /// The sim's clock: the machine's, moved ahead by the control port.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead_s.load(Ordering::Relaxed));
        Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    pub fn advance(&self, seconds: i64) {
        self.ahead_s.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Tokens of an older age than this are refused.
    pub fn token_age(&self) -> u64 {
        self.faults.lock().token_age
    }

    /// Waits as long as every answer takes, and as the taken faults add to it.
    pub async fn wait(&self, faults: &[Fault]) {
        let ms = faults.iter().map(|fault| if let Fault::Latency { ms } = fault { *ms } else { 0 }).sum();
        let wait = self.latency + Duration::from_millis(ms);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock()
    }

    pub fn log(&self, received: ReceivedRequest) -> usize {
        let mut requests = self.requests.lock();
        requests.push(received);
        requests.len() - 1
    }

    pub fn log_status(&self, index: usize, status: Option<u16>, carried_out: bool) {
        let mut requests = self.requests.lock();
        if let Some(received) = requests.get_mut(index) {
            received.status = status;
            received.carried_out = carried_out;
        }
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().clone()
    }
}

/// An answer's members that there are: what isn't told is missing, and not null.
pub fn present(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    body
}
