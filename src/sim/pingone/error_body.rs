//! The error envelope.

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sim::context::{Told, present};
use crate::sim::world::fresh_uuid;

/// Why a token isn't enough.
const NO_ACCESS: &str = "You do not have access to this resource.";

pub fn error(status: StatusCode, code: &str, message: &str, details: &[Value]) -> Told {
    let details = (!details.is_empty()).then_some(details);
    let body = json!({"id": fresh_uuid(), "code": code, "message": message, "details": details});
    (status, Json(present(body)))
}

fn not_completed(status: StatusCode, code: &str, why: &str, details: &[Value]) -> Told {
    error(status, code, &format!("The request could not be completed. {why}"), details)
}

pub fn not_found() -> Told {
    not_completed(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource was not found.", &[])
}

pub fn not_allowed() -> Told {
    let why = "The method is not supported for this resource.";
    not_completed(StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST", why, &[])
}

pub fn invalid_token() -> Told {
    let detail = json!({"code": "INVALID_TOKEN", "message": "The access token is invalid or has expired."});
    not_completed(StatusCode::UNAUTHORIZED, "ACCESS_FAILED", NO_ACCESS, &[detail])
}

pub fn forbidden() -> Told {
    let message = "The actor does not have the required permissions.";
    let detail = json!({"code": "INSUFFICIENT_PERMISSIONS", "message": message});
    not_completed(StatusCode::FORBIDDEN, "ACCESS_FAILED", NO_ACCESS, &[detail])
}

pub fn unsupported_media_type() -> Told {
    let why = "The media type is not supported.";
    not_completed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_REQUEST", why, &[])
}

pub fn invalid_filter(why: &str, attributes: &[&str], operators: &[&str]) -> Told {
    let detail = json!({
        "code": "INVALID_FILTER",
        "target": "filter",
        "message": why,
        "innerError": {"supportedAttributes": attributes, "supportedOperators": operators},
    });
    not_completed(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "The filter is invalid.", &[detail])
}

pub fn bad_id() -> Told {
    let detail = json!({"code": "INVALID_PARAMETER", "target": "userID", "message": "The identifier is not a UUID."});
    not_completed(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "An invalid parameter was sent.", &[detail])
}
