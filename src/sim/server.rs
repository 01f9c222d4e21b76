//! The servers themselves. A request that was received whole is carried out and logged even when the
//! client hangs up, as behind a real load balancer; only so do kill tests meet the dangerous window.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use super::context::{Received, Shared};
use super::fault_injection::{self, Fault};

/// The largest request body that is taken.
const BODY_BYTES: usize = 64 * 1024 * 1024;

/// Serves a provider, with its log and its bad days.
pub fn run(listener: TcpListener, provider: &'static str, router: Router, shared: Arc<Shared>) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let (router, shared) = (router.clone(), Arc::clone(&shared));
            let is_stale = Arc::new(AtomicBool::new(false));
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let (router, shared, is_stale) = (router.clone(), Arc::clone(&shared), Arc::clone(&is_stale));
                async move {
                    if is_stale.load(Ordering::Relaxed) {
                        return Err(io::Error::from(io::ErrorKind::ConnectionReset));
                    }
                    let (parts, body) = request.into_parts();
                    let body = to_bytes(Body::new(body), BODY_BYTES).await.map_err(io::Error::other)?;
                    let request = Request::from_parts(parts, body);
                    // On a task of its own: the connection's end doesn't end the work.
                    let work = tokio::spawn(answer(provider, router, shared, request, is_stale));
                    work.await.map_err(io::Error::other)?
                }
            });
            tokio::spawn(async move {
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

/// Serves the control port: no faults, no log.
pub fn plain(listener: TcpListener, router: Router) {
    tokio::spawn(async move {
        let _: Result<(), io::Error> = axum::serve(listener, router).await;
    });
}

async fn answer(
    provider: &'static str,
    router: Router,
    shared: Arc<Shared>,
    request: Request<Bytes>,
    is_stale: Arc<AtomicBool>,
) -> io::Result<Response> {
    let (parts, body) = request.into_parts();
    let body_bytes = body.len();
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let index = shared.log(Received {
        at: shared.now().to_string(),
        provider,
        method: method.clone(),
        path: path.clone(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: None,
        carried_out: false,
    });
    let faults = shared.faults.lock().unwrap_or_else(PoisonError::into_inner).take(
        provider,
        &method,
        parts.uri.path_and_query().map_or(path.as_str(), |whole| whole.as_str()),
    );
    if faults.iter().any(|fault| matches!(fault, Fault::CutBefore)) {
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    if faults.iter().any(|fault| matches!(fault, Fault::CloseSilently)) {
        is_stale.store(true, Ordering::Relaxed);
    }
    let refusal = faults.iter().find_map(|fault| match fault {
        Fault::Status { status, retry_after } => Some(refused(*status, retry_after.clone())),
        Fault::HtmlNotFound { carried_out: false } => Some(html_not_found()),
        _ => None,
    });
    let carried_out = refusal.is_none();
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => {
            let (uri, body) = fault_injection::mistaken(&faults, &method, &parts.uri, body);
            let mut parts = parts;
            if body.len() != body_bytes {
                parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            }
            parts.uri = uri;
            let result: Result<Response, Infallible> =
                router.oneshot(Request::from_parts(parts, Body::from(body))).await;
            result.unwrap_or_else(|never| match never {})
        }
    };
    let wait = shared.latency + fault_injection::delay(&faults);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if faults.iter().any(|fault| matches!(fault, Fault::Cut)) {
        shared.log_status(index, None, carried_out);
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    for fault in faults {
        response = bent(response, fault, &method).await;
    }
    stamp(&mut response, &shared);
    shared.log_status(index, Some(response.status().as_u16()), carried_out);
    Ok(response)
}

/// A refusal before the request reaches the API proper; a gateway knows no envelope but this.
fn refused(status: u16, retry_after: Option<String>) -> Response {
    let code = match status {
        401 => "ACCESS_FAILED",
        403 => "ACCESS_FAILED",
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
fn html_not_found() -> Response {
    let page = "<html><body><h1>404 Not Found</h1></body></html>";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// The answer with its text changed.
async fn rewritten(response: Response, change: impl FnOnce(&str) -> String) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, BODY_BYTES).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(&String::from_utf8_lossy(&whole))))
}

async fn bent(response: Response, fault: Fault, method: &str) -> Response {
    match fault {
        Fault::AnotherAccount { id, instead } if method != "GET" => {
            rewritten(response, |text| text.replace(&id, &instead)).await
        }
        Fault::HtmlNotFound { carried_out: true } => html_not_found(),
        Fault::EmptyObject => axum::Json(Value::Object(Map::new())).into_response(),
        Fault::NullMembers => {
            rewritten(response, |text| {
                let nulls =
                    |members: Map<String, Value>| members.into_iter().map(|(name, _)| (name, Value::Null)).collect();
                match serde_json::from_str(text) {
                    Ok(Value::Object(members)) => Value::Object(nulls(members)).to_string(),
                    _ => text.to_owned(),
                }
            })
            .await
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
fn stamp(response: &mut Response, shared: &Shared) {
    let date = shared.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
}
