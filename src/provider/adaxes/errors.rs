//! What Adaxes' refusals mean. Any error of its own has a JSON body with a message and a code.

use crate::domain::{Code, Untrusted};
use crate::provider::api_spec::{ApiSpec, VendorError};
use crate::provider::http::Response;
use crate::provider::json::Object;

/// Adaxes' REST component.
pub const SPEC: ApiSpec = ApiSpec {
    system: "Adaxes",
    request_id_header: "",
    errors: &[
        (400, None, Code::BadRequest, "quote the words to the Adaxes administrator"),
        (401, None, Code::Login, "make a new token with New-AdmAccountToken, or check username and password"),
        (403, Some(LOGIN), Code::Login, "correct the login before anybody tries again: each try burns an attempt"),
        (403, None, Code::Forbidden, "ask for the security role, and whether REST allows the operation"),
        (404, None, Code::NotFound, "search again; check base_url, which ends before /api"),
    ],
    read_error,
    next_if_odd: "check that base_url is the REST component's and that no proxy answers in its place",
};

/// Stands for every code inside a refused login: `innerError` comes with nothing else.
const LOGIN: &str = "(a refused login)";

fn read_error(response: &Response) -> VendorError {
    let Some(body) = response.json::<Object>() else { return VendorError::default() };
    let code = body.text("code");
    let is_own = code.is_some() && body.text("message").is_some();
    let mut words: Vec<Untrusted> = code.iter().cloned().chain(body.text("message")).collect();
    // Which member is wrong stands on 400 alone.
    let state = body.object("modelState").unwrap_or_default();
    words.extend(state.names().map(|name| {
        let why: Vec<String> = state.texts(name).iter().map(Untrusted::line).collect();
        format!("{name}: {}", why.join(", ")).into()
    }));
    let mut codes: Vec<Untrusted> = code.into_iter().collect();
    if let Some(inner) = body.object("innerError") {
        codes.push(LOGIN.into());
        words.extend(["code", "message"].iter().filter_map(|name| inner.text(name)));
        words.extend(
            inner
                .integer("attemptsLeft")
                .map(|left| format!("{left} attempts left before this account is locked itself").into()),
        );
    }
    VendorError { is_own, says_gone: is_own, codes, words, request_id: None }
}
