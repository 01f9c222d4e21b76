//! A request, before it is sent.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Url};

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
