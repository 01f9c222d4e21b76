//! The error envelope (reference/error-codes), and what its statuses mean.

use crate::domain::Code;
use crate::provider::api_spec::{ApiSpec, VendorError};
use crate::provider::http::Response;
use crate::provider::json::Object;

/// `PingOne`'s API.
pub const SPEC: ApiSpec = ApiSpec {
    system: "PingOne",
    request_id_header: "correlation-id",
    errors: &[
        (400, None, Code::BadRequest, "check the environment_id and the id; quote the correlation id to support"),
        (401, Some("INSUFFICIENT_PERMISSIONS"), Code::Forbidden, ROLE),
        (401, None, Code::Login, "check client_id, secret, token_auth and region in the configuration"),
        (403, None, Code::Forbidden, ROLE),
        (404, None, Code::NotFound, "search again; check environment_id and region"),
    ],
    read_error,
    next_if_odd: "check that base_url is the API's and that no proxy answers in its place",
};

const ROLE: &str =
    "give the worker application the role Identity Data Admin or Help Desk Admin for this environment or population";

/// Details of one error that are shown.
const DETAILS: usize = 5;

fn read_error(response: &Response) -> VendorError {
    let Some(body) = response.json::<Object>() else { return VendorError::default() };
    let details = body.objects("details");
    let details = details.iter().take(DETAILS);
    // The token endpoint has an envelope of its own (RFC 6749 §5.2).
    let words = ["code", "message", "error", "error_description"].iter().filter_map(|name| body.text(name));
    let codes = || body.text("code").into_iter().chain(details.clone().filter_map(|detail| detail.text("code")));
    VendorError {
        is_own: body.text("code").is_some() || body.text("error").is_some(),
        says_gone: codes().any(|code| code.as_data() == "NOT_FOUND"),
        codes: codes().collect(),
        words: words
            .chain(details.clone().flat_map(|detail| ["code", "message"].map(|name| detail.text(name))).flatten())
            .collect(),
        request_id: body.text("id"),
    }
}
