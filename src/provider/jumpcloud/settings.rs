//! The settings of a JumpCloud organisation, and the URLs that follow from them.

use serde::{Deserialize, Serialize};

use crate::provider::registry::{BackendSettings, BackendSpec, EnvVariable, Question};
use crate::settings::SecretRef;

/// What the backend declares of itself.
pub const SPEC: BackendSpec = BackendSpec {
    kind: &super::KIND,
    variables: &[
        EnvVariable {
            unless: Some("client_secret"),
            ..EnvVariable::secret("api_key", &["JC_API_KEY", "JUMPCLOUD_API_KEY"])
        },
        EnvVariable::plain("org_id", &["JC_ORG_ID", "JUMPCLOUD_ORG_ID"]),
    ],
    questions: &[
        Question::with_default("region", "The region: us, eu or in", "us"),
        Question::with_default("org_id", "The organisation's id, for administrators of several", ""),
        Question::with_default("base_url", "Another console address than the region's, if any", ""),
        Question::with_default("insights_url", "Another Directory Insights address than the region's, if any", ""),
    ],
    secret: "api_key",
    secret_is: "an administrator's API key",
    least_role: "In the Admin Portal make an administrator with the role Help Desk, sign in as that one, and make its API key.",
};

/// The regions: name, infix of the host names (psmod Connect-JCOnline.ps1; the IN token host is by pattern).
const REGIONS: [(&str, &str); 3] = [("us", ""), ("eu", ".eu"), ("in", ".in")];

/// How an unlock is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnlockMode {
    /// `POST …/unlock`, answered by the text `OK`.
    #[default]
    Post,
    /// `PUT` with `account_locked: false`, answered by the user.
    Put,
}

/// One JumpCloud organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// An administrator's API key.
    pub api_key: Option<SecretRef>,
    /// A service account's client id, instead of the key.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<SecretRef>,
    /// The organisation's id (24 hexadecimal digits); only administrators of several need it.
    pub org_id: Option<String>,
    /// `us`, `eu` or `in`.
    #[serde(default = "us")]
    pub region: String,
    /// The console's base URL, instead of the region's.
    pub base_url: Option<String>,
    /// Directory Insights' base URL, instead of the region's.
    pub insights_url: Option<String>,
    /// The token endpoint, instead of the region's.
    pub token_url: Option<String>,
    /// How an unlock is sent: `post` or `put`.
    #[serde(default)]
    pub mode: UnlockMode,
}

fn us() -> String {
    "us".to_owned()
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        match (&self.api_key, &self.client_id, &self.client_secret) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            _ => return Err("it needs either api_key, or client_id and client_secret".to_owned()),
        }
        if self.infix().is_none() {
            return Err(format!("region `{}` is none of us, eu, in", self.region));
        }
        let is_id = |id: &str| id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit());
        match &self.org_id {
            Some(id) if !is_id(id) => Err(format!("org_id `{id}` is not 24 hexadecimal digits")),
            _ => Ok(()),
        }
    }

    fn endpoints(&self) -> Vec<String> {
        let by_token = self.client_id.is_some().then(|| self.token_endpoint());
        [self.console(), self.insights()].into_iter().chain(by_token).collect()
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        self.api_key.iter().chain(&self.client_secret).collect()
    }
}

impl Settings {
    fn infix(&self) -> Option<&'static str> {
        let region = self.region.trim().to_ascii_lowercase();
        REGIONS.iter().find(|row| row.0 == region).map(|row| row.1)
    }

    fn url(&self, own: Option<&String>, host: &str, path: &str) -> String {
        let usual = || format!("https://{host}{}.jumpcloud.com{path}", self.infix().unwrap_or(""));
        own.map_or_else(usual, |url| url.trim_end_matches('/').to_owned())
    }

    /// The console's base URL.
    pub fn console(&self) -> String {
        let url = self.url(self.base_url.as_ref(), "console", "");
        // Every path begins with it.
        url.strip_suffix("/api").map_or(url.clone(), str::to_owned)
    }

    /// Directory Insights' base URL.
    pub fn insights(&self) -> String {
        self.url(self.insights_url.as_ref(), "api", "")
    }

    /// The token endpoint of service accounts.
    pub fn token_endpoint(&self) -> String {
        self.url(self.token_url.as_ref(), "admin-oauth.id", "/oauth2/token")
    }
}
