//! One request, and one whole response.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use crate::domain::{Code, Problem, Untrusted};
use crate::settings::redactor;

use super::retry_after;

/// One request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The headers, each exactly as it goes out.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body; a request that changes something always has one, if an empty one.
    pub body: Option<Vec<u8>>,
    /// True when a secret is what it asks for: a token may be given that is known already.
    pub asks_for_secret: bool,
}

impl Request {
    /// A read.
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: None, asks_for_secret: false }
    }

    /// A request with a body.
    pub fn post(url: Url, body: Vec<u8>) -> Self {
        Self { method: Method::POST, url, headers: Vec::new(), body: Some(body), asks_for_secret: false }
    }

    /// A request that puts something in its place.
    pub fn put(url: Url, body: Vec<u8>) -> Self {
        Self { method: Method::PUT, ..Self::post(url, body) }
    }

    /// A request that ends something.
    pub fn delete(url: Url) -> Self {
        Self { method: Method::DELETE, ..Self::get(url) }
    }

    /// A request with a JSON body.
    pub fn post_json(url: Url, body: &serde_json::Value) -> Self {
        let json = HeaderValue::from_static("application/json");
        Self::post(url, body.to_string().into_bytes()).with(CONTENT_TYPE, json.clone()).with(ACCEPT, json)
    }

    /// The same, as one that asks for a secret.
    #[must_use]
    pub fn for_secret(self) -> Self {
        Self { asks_for_secret: true, ..self }
    }

    /// Adds a header, where there is a value for it.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<Option<HeaderValue>>) -> Self {
        self.headers.extend(value.into().map(|value| (name, value)));
        self
    }
}

/// One whole response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, within the cap.
    pub body: Vec<u8>,
}

impl Response {
    /// True for 200.
    pub fn is_ok(&self) -> bool {
        self.status == 200
    }

    /// True for 201.
    pub fn is_created(&self) -> bool {
        self.status == 201
    }

    /// True for 202: it is being done.
    pub fn is_accepted(&self) -> bool {
        self.status == 202
    }

    /// True for a status that means that the request was taken.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text from outside.
    pub fn header(&self, name: &str) -> Option<Untrusted> {
        let value = self.headers.get(name).filter(|_| !name.is_empty())?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned().into())
    }

    /// The body as text: without the mark that some servers begin with, and with a sign in place of what is no text.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body))
    }

    /// The body as JSON of that type; none when it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.text()).ok()
    }

    /// A problem that this answer has told of.
    pub fn problem(&self, problem: Problem) -> Problem {
        Problem { http_status: Some(self.status), ..problem }
    }

    /// How the body is compressed, where it is.
    pub fn compression(&self) -> Option<&'static str> {
        let named = self.header("content-encoding").map(|how| how.as_data().to_lowercase());
        let known = ["gzip", "deflate", "br", "zstd"].into_iter().find(|how| named.as_deref() == Some(how));
        known.or_else(|| self.body.starts_with(&[0x1f, 0x8b]).then_some("gzip"))
    }

    /// True for a page that is made for people: no API answers with one.
    pub fn is_page(&self) -> bool {
        let kind = self.header("content-type").is_some_and(|kind| kind.as_data().to_lowercase().contains("html"));
        kind || self.text().trim_start().get(..5).is_some_and(|head| head.eq_ignore_ascii_case("<html"))
            || self.text().trim_start().get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"))
    }

    /// What the server's clock said.
    pub fn date(&self) -> Option<Timestamp> {
        retry_after::http_date(self.headers.get("date")?.to_str().ok()?)
    }

    /// How long the other side asks us to wait; a date in it is one of its own clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let now = self.date().unwrap_or_else(Timestamp::now);
        retry_after::parse(self.headers.get("retry-after")?.to_str().ok()?, now)
    }
}

/// What a passing refusal looks like before a backend has read its envelope.
pub(super) fn throttled(response: &Response, request_id_header: &str) -> Problem {
    let wait = response.retry_after();
    let (code, what) = if response.status == 429 {
        (Code::Throttled, "the system asks to slow down")
    } else {
        (Code::Server, "the system is not available")
    };
    let why = match wait {
        Some(wait) => format!("HTTP {}, it asks to wait {} s", response.status, wait.as_secs_f64().ceil()),
        None => format!("HTTP {}", response.status),
    };
    Problem {
        http_status: Some(response.status),
        correlation_id: response.header(request_id_header),
        retry_after: wait,
        ..Problem::new(code, what, why, "wait a moment and refresh")
    }
}

/// The headers, without the secrets in use.
pub(super) fn without_secrets(headers: &HeaderMap) -> HeaderMap {
    let clean = |value: &HeaderValue| {
        let bytes = redactor::redacted(value.as_bytes().to_vec());
        HeaderValue::from_bytes(&bytes).unwrap_or_else(|_| HeaderValue::from_static(""))
    };
    headers.iter().map(|(name, value)| (name.clone(), clean(value))).collect()
}
