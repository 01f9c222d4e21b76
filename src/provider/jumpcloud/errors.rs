//! What JumpCloud's refusals mean: a JSON object with a message, or the beginning of a text.

use crate::domain::Code;
use crate::provider::api_spec::{ApiSpec, VendorError};
use crate::provider::http::Response;
use crate::provider::json::Object;

/// JumpCloud's console API and Directory Insights.
pub const SPEC: ApiSpec = ApiSpec {
    system: "JumpCloud",
    request_id_header: "x-request-id",
    errors: &[
        (400, None, Code::BadRequest, "check org_id and the account's id"),
        (401, None, Code::Login, "check the key or service account, that API access is on, and org_id"),
        (403, None, Code::Forbidden, "give it the role Help Desk; too many calls also block an address"),
        (404, None, Code::NotFound, "search again; check org_id and region"),
    ],
    read_error,
    next_if_odd: "check that base_url is the console's API and that no proxy answers in its place",
};

/// The beginning of a text that is shown.
const TEXT_CHARS: usize = 500;

fn read_error(response: &Response) -> VendorError {
    let Some(body) = response.json::<Object>() else {
        let text: String = response.text().chars().take(TEXT_CHARS).collect();
        let words = (!response.is_page()).then(|| text.as_str().into());
        return VendorError { words: words.into_iter().collect(), ..VendorError::default() };
    };
    let message = body.text("message");
    let is_own = message.is_some() || body.text("error").is_some();
    VendorError {
        is_own,
        says_gone: message.as_ref().is_some_and(|message| message.same_name("Not Found"))
            || (is_own && body.integer("code") == Some(404)),
        words: ["message", "error", "error_description"].iter().filter_map(|name| body.text(name)).collect(),
        ..VendorError::default()
    }
}
