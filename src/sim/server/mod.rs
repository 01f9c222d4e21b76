//! The servers themselves. A request that was received whole is carried out and logged even when the
//! client hangs up, as behind a real load balancer; only so do kill tests meet the dangerous window.

mod faulty_response;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use super::context::{ReceivedRequest, SimContext};
use super::fault_injection::{self, Fault};
use faulty_response::{bent, html_not_found, refused, stamp};

/// The largest request body that is taken.
const BODY_BYTES: usize = 64 * 1024 * 1024;

/// Serves a provider, with its log and its bad days.
pub fn run(listener: TcpListener, provider: &'static str, router: Router, shared: Arc<SimContext>) {
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

async fn answer(
    provider: &'static str,
    router: Router,
    shared: Arc<SimContext>,
    request: Request<Bytes>,
    is_stale: Arc<AtomicBool>,
) -> io::Result<Response> {
    let (mut parts, body) = request.into_parts();
    let body_bytes = body.len();
    let method = parts.method.to_string();
    let index = shared.log(ReceivedRequest {
        at: shared.now().to_string(),
        provider,
        method: method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        ..ReceivedRequest::default()
    });
    let faults = shared.faults.lock().take(provider, &method, &parts.uri.to_string());
    if faults.contains(&Fault::CutBefore) {
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    if faults.contains(&Fault::CloseSilently) {
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
            if body.len() != body_bytes {
                parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            }
            parts.uri = uri;
            let result: Result<Response, Infallible> =
                router.oneshot(Request::from_parts(parts, Body::from(body))).await;
            result.unwrap_or_else(|never| match never {})
        }
    };
    shared.wait(&faults).await;
    if faults.contains(&Fault::Cut) {
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
