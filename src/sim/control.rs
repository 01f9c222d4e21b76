//! The control port: what a test or a trainer may do to the world.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::context::{Answer, ReceivedRequest, SimContext, Told};
use super::fault_injection::FaultRequest;
use super::world::{DirectoryUser, World};

/// The orders, behind a token in the address: whoever else is on this machine reads no world and breaks nothing.
pub fn router(shared: Arc<SimContext>, token: &str) -> Router {
    let orders = Router::new()
        .route("/world", get(world))
        .route("/requests", get(requests))
        .route("/lock", post(lock))
        .route("/fault", post(fault))
        .route("/clock", post(clock))
        .route("/mac", post(mac))
        .route("/webhooks", get(webhooks))
        .with_state(shared);
    Router::new().nest(&format!("/{token}"), orders)
}

async fn world(State(shared): State<Arc<SimContext>>) -> Json<Value> {
    let now = shared.now();
    let mut world = shared.world();
    world.catch_up(now);
    Json(json!({"now": now.to_string(), "people": world.people}))
}

async fn requests(State(shared): State<Arc<SimContext>>) -> Json<Vec<ReceivedRequest>> {
    Json(shared.requests())
}

/// An order to lock an account.
#[derive(Deserialize)]
struct Lock {
    provider: String,
    id: String,
    /// The controller of a domain that locks it, from 1.
    #[serde(default)]
    controller: usize,
}

/// Locks an account by bad passwords, now.
async fn lock(State(shared): State<Arc<SimContext>>, Json(order): Json<Lock>) -> Answer {
    lock_now(&mut shared.world(), &order, shared.now()).ok_or_else(|| not_found("no such account"))?;
    Ok(Json(json!({"locked": order.id})))
}

fn not_found(why: &str) -> Told {
    (StatusCode::NOT_FOUND, Json(json!({"error": why})))
}

fn lock_now(world: &mut World, order: &Lock, now: Timestamp) -> Option<()> {
    let id = order.id.as_str();
    match order.provider.as_str() {
        "pingone" => world.pingone(id, now)?.pingone.as_mut()?.lock_by_passwords(now),
        "jumpcloud" => world.jumpcloud(id, now)?.jumpcloud.as_mut()?.lock_by_passwords(now),
        "adaxes" => world.adaxes(id)?.adaxes.as_mut()?.lock_by_passwords(now),
        "ad" => {
            let user = world.directory_user(id)?.directory.as_mut()?;
            user.wrong_passwords(order.controller.saturating_sub(1), DirectoryUser::THRESHOLD, now);
        }
        "macs" => world.mac(id.split('/').next()?)?.mac.as_mut()?.lock_by_passwords(now),
        _ => return None,
    }
    Some(())
}

/// An order to a Mac.
#[derive(Deserialize)]
struct MacOrder {
    /// UDID, serial number or name.
    id: String,
    asleep: Option<bool>,
    push: Option<String>,
    script: Option<Vec<String>>,
    /// Enrolled anew: its queue is cleared, and nobody ever answers what was in it.
    #[serde(default)]
    enroll_again: bool,
    /// Comes by itself now, as after a restart.
    #[serde(default)]
    comes: bool,
}

async fn mac(State(shared): State<Arc<SimContext>>, Json(order): Json<MacOrder>) -> Answer {
    let mut world = shared.world();
    let mac = world.mac(&order.id).and_then(|person| person.mac.as_mut()).ok_or_else(|| not_found("no such Mac"))?;
    mac.asleep = order.asleep.unwrap_or(mac.asleep);
    if let Some(push) = order.push {
        mac.push = push;
    }
    if let Some(script) = order.script {
        mac.script = script;
    }
    if order.enroll_again {
        mac.commands.clear();
    }
    if order.comes {
        super::apple_mdm::wake(&shared, &mac.udid);
    }
    Ok(Json(json!({"ok": true})))
}

async fn webhooks(State(shared): State<Arc<SimContext>>) -> Json<Value> {
    let sent = shared.webhooks.lock();
    Json(json!({"port": shared.webhook.port, "sent": *sent}))
}

async fn fault(State(shared): State<Arc<SimContext>>, Json(order): Json<FaultRequest>) -> Json<Value> {
    shared.faults.lock().add(order);
    Json(json!({"ok": true}))
}

/// An order to the clock of the world.
#[derive(Deserialize)]
struct Clock {
    advance_s: i64,
}

async fn clock(State(shared): State<Arc<SimContext>>, Json(order): Json<Clock>) -> Json<Value> {
    shared.advance(order.advance_s);
    Json(json!({"now": shared.now().to_string()}))
}
