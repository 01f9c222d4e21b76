//! Reading a body without trusting its length.

use reqwest::Response as Incoming;

use crate::domain::{Code, Problem};

use super::transport_error::{TransportError, classify};

/// The largest body that is read.
pub const BODY_BYTES: usize = 8 * 1024 * 1024;

/// The whole body, or a fault as soon as it exceeds [`BODY_BYTES`].
///
/// # Errors
/// [`TransportError::Ambiguous`]: the answer began, so the request had arrived.
pub async fn capped(mut response: Incoming, changes: bool) -> Result<Vec<u8>, TransportError> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let problem = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > BODY_BYTES => {
                let next = "check that the URL is the API's and not a file's";
                break Problem::new(Code::TooLarge, "the answer is too large", "more than 8 MiB", next);
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(e) => break classify(&e, changes).problem().clone(),
        }
    };
    Err(TransportError::Ambiguous(Problem { http_status: Some(status), ..problem }))
}
