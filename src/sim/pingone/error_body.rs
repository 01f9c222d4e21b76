//! The error envelope.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::sim::world::fresh_uuid;

pub fn error(status: StatusCode, code: &str, message: &str, details: &[Value]) -> Response {
    let mut body = json!({"id": fresh_uuid(), "code": code, "message": message});
    if !details.is_empty()
        && let Some(members) = body.as_object_mut()
    {
        members.insert("details".to_owned(), json!(details));
    }
    (status, Json(body)).into_response()
}

pub fn not_found() -> Response {
    let message = "The request could not be completed. The requested resource was not found.";
    error(StatusCode::NOT_FOUND, "NOT_FOUND", message, &[])
}

pub fn not_allowed() -> Response {
    let message = "The request could not be completed. The method is not supported for this resource.";
    error(StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST", message, &[])
}

pub fn invalid_token() -> Response {
    let detail = json!({"code": "INVALID_TOKEN", "message": "The access token is invalid or has expired."});
    error(
        StatusCode::UNAUTHORIZED,
        "ACCESS_FAILED",
        "The request could not be completed. You do not have access to this resource.",
        &[detail],
    )
}

pub fn forbidden() -> Response {
    let detail =
        json!({"code": "INSUFFICIENT_PERMISSIONS", "message": "The actor does not have the required permissions."});
    error(
        StatusCode::FORBIDDEN,
        "ACCESS_FAILED",
        "The request could not be completed. You do not have access to this resource.",
        &[detail],
    )
}

pub fn unsupported_media_type() -> Response {
    let message = "The request could not be completed. The media type is not supported.";
    error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_REQUEST", message, &[])
}

pub fn invalid_filter(why: &str, attributes: &[&str], operators: &[&str]) -> Response {
    let detail = json!({
        "code": "INVALID_FILTER",
        "target": "filter",
        "message": why,
        "innerError": {"supportedAttributes": attributes, "supportedOperators": operators},
    });
    error(
        StatusCode::BAD_REQUEST,
        "INVALID_REQUEST",
        "The request could not be completed. The filter is invalid.",
        &[detail],
    )
}

pub fn bad_id() -> Response {
    let detail = json!({"code": "INVALID_PARAMETER", "target": "userID", "message": "The identifier is not a UUID."});
    error(
        StatusCode::BAD_REQUEST,
        "INVALID_REQUEST",
        "The request could not be completed. An invalid parameter was sent.",
        &[detail],
    )
}
