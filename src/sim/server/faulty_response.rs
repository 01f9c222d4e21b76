//! Answers as a bad day bends them.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

use crate::sim::context::SimContext;
use crate::sim::fault_injection::Fault;

use super::BODY_BYTES;

/// A refusal before the request reaches the API proper; a gateway knows no envelope but this.
pub(super) fn refused(status: u16, retry_after: Option<String>) -> Response {
    let code = match status {
        401 | 403 => "ACCESS_FAILED",
        404 => "NOT_FOUND",
        415 => "INVALID_REQUEST",
        429 => "REQUEST_LIMITED",
        _ => "UNEXPECTED_ERROR",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::json!({"code": code, "message": "The request could not be completed."});
    let mut response = (status, axum::Json(body)).into_response();
    if let Some(value) = retry_after.and_then(|wait| HeaderValue::from_str(&wait).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// A page of a proxy that knows no such place.
pub(super) fn html_not_found() -> Response {
    let page = "<html><body><h1>404 Not Found</h1></body></html>";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// The answer with its text changed.
pub(super) async fn rewritten(response: Response, change: impl FnOnce(&str) -> String) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, BODY_BYTES).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(&String::from_utf8_lossy(&whole))))
}

pub(super) async fn bent(response: Response, fault: Fault, method: &str) -> Response {
    match fault {
        Fault::AnotherAccount { id, instead } if method != "GET" => {
            rewritten(response, |text| text.replace(&id, &instead)).await
        }
        Fault::HtmlNotFound { carried_out: true } => html_not_found(),
        Fault::EmptyObject => axum::Json(Value::Object(Map::new())).into_response(),
        Fault::NullMembers => {
            let nulls = |text: &str| {
                let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(text) else { return text.to_owned() };
                members.values_mut().for_each(|value| *value = Value::Null);
                Value::Object(members).to_string()
            };
            rewritten(response, nulls).await
        }
        Fault::Body { body, content_type, status } => Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body))
            .unwrap_or_default(),
        Fault::Truncate => {
            let (parts, body) = response.into_parts();
            let whole = to_bytes(body, BODY_BYTES).await.unwrap_or_default();
            let half = whole.slice(..whole.len() / 2);
            let chunks = futures_util::stream::iter([Ok(half), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
            Response::from_parts(parts, Body::from_stream(chunks))
        }
        Fault::Endless => {
            let chunk = Bytes::from_static(&[b' '; 16 * 1024]);
            let chunks = futures_util::stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()));
            let mut parts = response.into_parts().0;
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from_stream(chunks))
        }
        _ => response,
    }
}

/// The server's own clock in `Date`.
pub(super) fn stamp(response: &mut Response, shared: &SimContext) {
    let date = shared.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
}
