//! The way to an MDM server: its login, its addresses, and what its refusals mean.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use crate::domain::{Code, Problem, Untrusted};
use crate::provider::api_client::{ApiClient, below};
use crate::provider::api_spec::{ApiSpec, ErrorRow, VendorError};
use crate::provider::auth::{ClientCredentials, CredentialsIn, LazySecret, Login};
use crate::provider::http::client_builder::checked_url;
use crate::provider::http::{Http, Request, Response};
use crate::provider::json::Object;
use crate::provider::token::TokenCache;

use super::messages::redacted;
use super::server::LoginScheme;
use super::settings::Settings;

/// The client of one server.
pub type Client = ApiClient<Login>;

/// Jamf's addresses of tokens, the newest first.
const TOKENS: [&str; 2] = ["/api/v1/oauth/token", "/api/oauth/token"];

/// Bytes of an answer that are looked through for words, and characters of them that are shown.
const HEAD_BYTES: usize = 64 * 1024;
const TEXT_CHARS: usize = 500;

const BAD_REQUEST: (Code, &str, &str) =
    (Code::BadRequest, "refused the request as wrong", "check the Mac's id and short name");
const NO_RIGHT: &str = "doesn't let this key do that";
const NO_SUCH: (Code, &str, &str) =
    (Code::NotFound, "knows no such Mac or address", "check base_url and the Mac's id; is it still enrolled?");

/// What refusals mean where one key may do everything, and only a proxy limits it.
pub const BASIC_ERRORS: &[ErrorRow] = &[
    (400, None, BAD_REQUEST.0, BAD_REQUEST.1, BAD_REQUEST.2),
    (401, None, Code::Login, "refused the login", "check the key"),
    (403, None, Code::Forbidden, NO_RIGHT, "a proxy in front of the server may not allow this request"),
    (404, None, NO_SUCH.0, NO_SUCH.1, NO_SUCH.2),
];

/// What refusals mean where a key has rights.
pub const KEY_ERRORS: &[ErrorRow] = &[
    (400, None, BAD_REQUEST.0, BAD_REQUEST.1, BAD_REQUEST.2),
    (401, None, Code::Login, "refused the login", "check the key"),
    (403, None, Code::Forbidden, NO_RIGHT, "give the key the right to send commands to Macs and to read them"),
    (404, None, NO_SUCH.0, NO_SUCH.1, NO_SUCH.2),
    (412, None, Code::BadRequest, "has MDM switched off", "the server's owner has to switch it on"),
];

/// What refusals mean where an API client has a role.
pub const CLIENT_ERRORS: &[ErrorRow] = &[
    (400, None, BAD_REQUEST.0, BAD_REQUEST.1, BAD_REQUEST.2),
    (401, None, Code::Login, "refused the login", "check the client id and its secret"),
    (403, None, Code::Forbidden, NO_RIGHT, "give the API role the privileges Send MDM command and Read Computers"),
    (404, None, NO_SUCH.0, NO_SUCH.1, NO_SUCH.2),
    (410, None, Code::NotFound, NO_SUCH.1, "the server has done away with this address: is there a newer unbolt?"),
];

/// The API of a server.
pub const fn api(system: &'static str, errors: &'static [ErrorRow]) -> ApiSpec {
    ApiSpec {
        system,
        request_id_header: "",
        errors,
        read_error,
        next_if_odd: "check that base_url is the server's own address and that no proxy answers in its place",
    }
}

fn read_error(response: &Response) -> VendorError {
    // Redacted first: a token cut in two would not be known for one.
    let head = response.body.get(..response.body.len().min(HEAD_BYTES)).unwrap_or_default();
    let words: String = redacted(&String::from_utf8_lossy(head)).as_data().trim().chars().take(TEXT_CHARS).collect();
    let says = |body: Object| ["message", "detail", "errors", "error"].iter().any(|name| body.raw(name).is_some());
    // Jamf's Classic API answers with a page of its own.
    let is_own = !response.is_page() || words.contains("Status page");
    VendorError {
        is_own,
        says_gone: response.json().is_some_and(says),
        words: (!words.is_empty()).then(|| words.as_str().into()).into_iter().collect(),
        ..VendorError::default()
    }
}

/// The way that the settings describe.
///
/// # Errors
/// A [`Problem`] when the URL can't be used.
pub fn client(settings: &Settings, http: Http) -> Result<Client, Problem> {
    let (server, base) = (settings.server.0, checked_url(&settings.base())?);
    let key = LazySecret::new(&settings.api_key);
    let login = match server.login {
        LoginScheme::Basic(user) => Login::Basic(user, key),
        LoginScheme::Bearer => Login::Header(AUTHORIZATION, "Bearer ", key),
        LoginScheme::Client => Login::Client(Box::new(ClientCredentials {
            spec: server.api,
            endpoints: TOKENS.iter().map(|path| below(&base, path)).collect(),
            id: settings.client_id.clone().unwrap_or_default(),
            secret: key,
            sends: CredentialsIn::Form,
            form: "grant_type=client_credentials",
            // Its default is 20 minutes; less is safer.
            usual_life: 300,
            next: "check the client id and its secret".to_owned(),
            tokens: TokenCache::default(),
        })),
    };
    Ok(ApiClient::new(http, base, login, server.api))
}

/// A request with a JSON body, answered with JSON.
pub fn post_json(url: reqwest::Url, body: &Value) -> Request {
    Request::post_json(url, body).with(ACCEPT, HeaderValue::from_static("application/json"))
}

/// A request with an XML body, answered with XML.
pub fn post_xml(url: reqwest::Url, body: Vec<u8>) -> Request {
    Request::post(url, body)
        .with(CONTENT_TYPE, HeaderValue::from_static("application/xml"))
        .with(ACCEPT, HeaderValue::from_static("application/xml"))
}

/// A segment of a path.
pub fn segment(text: &Untrusted) -> String {
    text.url()
}
