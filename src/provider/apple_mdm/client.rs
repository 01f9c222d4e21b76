//! The way to an MDM server: its login, its addresses, and what its refusals mean.

use std::sync::Arc;

use reqwest::header::AUTHORIZATION;

use crate::domain::{Code, Problem};
use crate::provider::api_client::{ApiClient, below};
use crate::provider::api_spec::{ApiSpec, ErrorRow, VendorError};
use crate::provider::auth::{ClientCredentials, LazySecret, Login};
use crate::provider::http::client_builder::checked_url;
use crate::provider::http::{Http, Response};
use crate::provider::json::Object;

use super::server::LoginScheme;
use super::settings::Settings;
use super::wording::redacted;

/// The client of one server.
pub type Client = Arc<ApiClient<Login>>;

/// Jamf's addresses of tokens, the newest first.
const TOKENS: [&str; 2] = ["/api/v1/oauth/token", "/api/oauth/token"];

/// Bytes of an answer that are looked through for words, and characters of them that are shown.
const HEAD_BYTES: usize = 64 * 1024;
const TEXT_CHARS: usize = 500;

const BAD_REQUEST: ErrorRow = (400, None, Code::BadRequest, "check the Mac's id and short name");
const NO_SUCH: ErrorRow = (404, None, Code::NotFound, "check base_url and the Mac's id; is it still enrolled?");
const KEY: ErrorRow = (401, None, Code::Login, "check the key");

/// What refusals mean where one key may do everything, and only a proxy limits it.
pub const BASIC_ERRORS: &[ErrorRow] =
    &[BAD_REQUEST, KEY, (403, None, Code::Forbidden, "a proxy in front may not allow this request"), NO_SUCH];

/// What refusals mean where a key has rights.
pub const KEY_ERRORS: &[ErrorRow] = &[
    BAD_REQUEST,
    KEY,
    (403, None, Code::Forbidden, "give the key the right to send commands to Macs and to read them"),
    NO_SUCH,
    (412, None, Code::BadRequest, "MDM is switched off: the server's owner has to switch it on"),
];

/// What refusals mean where an API client has a role.
pub const CLIENT_ERRORS: &[ErrorRow] = &[
    BAD_REQUEST,
    (401, None, Code::Login, "check the client id and its secret"),
    (403, None, Code::Forbidden, "give the API role the privileges Send MDM command and Read Computers"),
    NO_SUCH,
    (410, None, Code::NotFound, "the server has done away with this address: is there a newer unbolt?"),
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
    let (server, base) = (settings.server, checked_url(&settings.base())?);
    let key = LazySecret::new(&settings.api_key);
    let login = match server.login {
        LoginScheme::Basic(user) => Login::Basic(user, key),
        LoginScheme::Bearer => Login::Header(AUTHORIZATION, "Bearer ", key),
        LoginScheme::Client => Login::Client(Box::new(ClientCredentials {
            endpoints: TOKENS.iter().map(|path| below(&base, path)).collect(),
            // Its default is 20 minutes; less is safer.
            usual_life: 300,
            ..ClientCredentials::new(server.api, settings.client_id.as_deref().unwrap_or_default(), key)
        })),
    };
    Ok(Arc::new(ApiClient::new(http, base, login, server.api)))
}
