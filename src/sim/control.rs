//! The control port: what a test or a trainer may do to the world.

use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::Order;
use super::shared::{Received, Shared};

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/world", get(world))
        .route("/requests", get(requests))
        .route("/lock", post(lock))
        .route("/fault", post(fault))
        .route("/clock", post(clock))
        .with_state(shared)
}

async fn world(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let now = shared.now();
    let mut world = shared.world();
    world.catch_up(now);
    Json(json!({"now": now.to_string(), "people": world.people}))
}

async fn requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Received>> {
    Json(shared.requests())
}

#[derive(Deserialize)]
struct Lock {
    provider: String,
    id: String,
}

/// Locks an account by bad passwords, now.
async fn lock(State(shared): State<Arc<Shared>>, Json(order): Json<Lock>) -> (StatusCode, Json<Value>) {
    let now = shared.now();
    let done = match order.provider.as_str() {
        "pingone" => shared
            .world()
            .pingone(&order.id, now)
            .and_then(|person| person.pingone.as_mut())
            .map(|user| user.lock_by_passwords(now)),
        "jumpcloud" => shared
            .world()
            .jumpcloud(&order.id, now)
            .and_then(|person| person.jumpcloud.as_mut())
            .map(|user| user.lock_by_passwords(now)),
        "adaxes" => shared
            .world()
            .adaxes(&order.id)
            .and_then(|person| person.adaxes.as_mut())
            .map(|user| user.lock_by_passwords(now)),
        _ => None,
    };
    match done {
        Some(()) => (StatusCode::OK, Json(json!({"locked": order.id}))),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "no such account"}))),
    }
}

async fn fault(State(shared): State<Arc<Shared>>, Json(order): Json<Order>) -> Json<Value> {
    shared.faults.lock().unwrap_or_else(PoisonError::into_inner).add(order);
    Json(json!({"ok": true}))
}

#[derive(Deserialize)]
struct Clock {
    advance_s: i64,
}

async fn clock(State(shared): State<Arc<Shared>>, Json(order): Json<Clock>) -> Json<Value> {
    shared.advance(SignedDuration::from_secs(order.advance_s));
    Json(json!({"now": shared.now().to_string()}))
}
