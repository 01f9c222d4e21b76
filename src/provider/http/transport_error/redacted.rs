//! Addresses in messages: without logins and secret parameters.

use reqwest::{Method, Url};

use crate::domain::Untrusted;
use crate::settings::redactor;

/// Query parameters whose values never stand in a log.
pub(super) const SECRET_PARAMETERS: [&str; 5] = ["token", "access_token", "secret", "client_secret", "password"];

/// The method's word; unbolt sends no others.
#[must_use]
pub fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        _ => "?",
    }
}

/// The URL for the log: no login, no secret parameter.
#[must_use]
pub fn redacted(url: &Url) -> Untrusted {
    let mut shown = url.clone();
    let hidden = url.query_pairs().any(|(name, _)| is_secret(&name));
    if hidden {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| {
                let value = if is_secret(&name) { "[redacted]".to_owned() } else { value.into_owned() };
                (name.into_owned(), value)
            })
            .collect();
        shown.query_pairs_mut().clear().extend_pairs(pairs);
    }
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    redactor::redacted_text(shown.as_str()).into()
}

pub(super) fn is_secret(name: &str) -> bool {
    SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}
