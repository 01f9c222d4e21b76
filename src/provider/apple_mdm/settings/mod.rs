//! The settings of an MDM server that manages Macs.

mod choices;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::provider::registry::{BackendSettings, BackendSpec, EnvVariable, Question, WebhookSecret};
use crate::settings::{Complaint, SecretRef};

use super::mac_inventory::MacMap;
use super::server::LoginScheme;

pub use choices::{JamfApi, MdmServer, MicroFormat};

/// What the backend declares of itself.
pub const SPEC: BackendSpec = BackendSpec {
    kind: &super::KIND,
    variables: &[
        EnvVariable { only: Some(("server", "jamf")), ..EnvVariable::plain("client_id", &["JAMFPRO_CLIENT_ID"]) },
        EnvVariable { only: Some(("server", "jamf")), ..EnvVariable::secret("api_key", &["JAMFPRO_CLIENT_SECRET"]) },
        EnvVariable { only: Some(("server", "fleet")), ..EnvVariable::secret("api_key", &["FLEET_API_TOKEN"]) },
    ],
    questions: &[
        Question::needed("server", "The server: nanomdm, nanohub, micromdm, fleet, jamf or iru", "nanomdm"),
        Question::needed("base_url", "Its address", "https://mdm.example"),
        Question { only: Some(("server", &["jamf"])), ..Question::needed("client_id", "The API client's id", "id") },
        Question {
            only: Some(("server", &["nanomdm", "nanohub", "micromdm"])),
            ..Question::needed("map", "The CSV file that says whose Mac is whose", "/macs.csv")
        },
    ],
    secret: "api_key",
    secret_is: "the API key, token, or API client's secret",
    least_role: "Fleet: a global or team maintainer for the API alone. Jamf Pro: an API role with Read Computers and Send Computer \
                 Unlock User Account Command. Iru: a token with device details and unlock account. NanoMDM, NanoHUB and \
                 MicroMDM have one key for everything: put the proxy in front that the page on Macs shows.",
};

/// One MDM server.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which server: `nanomdm`, `nanohub`, `micromdm`, `fleet`, `jamf` or `iru`.
    pub server: MdmServer,
    /// Its base URL.
    pub base_url: String,
    /// The API key or token; for Jamf the secret of `client_id`.
    pub api_key: SecretRef,
    /// Jamf's API client.
    #[serde(default)]
    pub client_id: Option<String>,
    /// A CSV or TOML file that says whose Mac is whose.
    #[serde(default)]
    pub map: Option<PathBuf>,
    /// Ask the Mac for its local accounts before the unlock, and refuse a name that isn't there.
    #[serde(default)]
    pub check_user_list: bool,
    /// The key with which the server signs its webhooks (`NanoMDM`, `NanoHUB`).
    #[serde(default)]
    pub webhook_hmac_key: Option<SecretRef>,
    /// The secret in the webhook's address, where the server doesn't sign.
    #[serde(default)]
    pub webhook_path_secret: Option<SecretRef>,
    /// How `MicroMDM` is given a command: `json` or `plist`.
    #[serde(default)]
    pub format: MicroFormat,
    /// Which of Jamf's interfaces sends the command: `auto`, `v2` or `classic`.
    #[serde(default)]
    pub api: JamfApi,
    /// What the map says.
    #[serde(skip)]
    pub macs: MacMap,
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        let server = self.server.0;
        if (server.login == LoginScheme::Client) != self.client_id.is_some() {
            return Err("client_id belongs to jamf, and jamf needs it".to_owned());
        }
        if self.map.is_none() && server.features.answers_by_webhook {
            return Err(format!("{} can't tell whose Mac is whose: it needs a map", server.api.system));
        }
        if self.check_user_list && !server.features.lists_users {
            return Err(format!(
                "{} can't ask a Mac for its local accounts: leave check_user_list off",
                server.api.system
            ));
        }
        if self.webhook_hmac_key.is_some() && self.webhook_path_secret.is_some() {
            return Err("either webhook_hmac_key or webhook_path_secret".to_owned());
        }
        if !server.features.answers_by_webhook && self.webhook().is_some() {
            return Err(format!("{} is asked for the answers; it needs no webhook", server.api.system));
        }
        if !server.features.signs_webhooks && self.webhook_hmac_key.is_some() {
            return Err(format!("{} doesn't sign its webhooks: use webhook_path_secret", server.api.system));
        }
        Ok(())
    }

    fn endpoints(&self) -> Vec<String> {
        vec![self.base()]
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        let webhook = self.webhook_hmac_key.iter().chain(&self.webhook_path_secret);
        std::iter::once(&self.api_key).chain(webhook).collect()
    }

    fn files(&self) -> Vec<(&'static str, &Path)> {
        self.map.iter().map(|map| ("map", map.as_path())).collect()
    }

    fn load_files(&mut self) {
        self.macs = self.map.clone().map(MacMap::of).unwrap_or_default();
    }

    fn check_files(&self) -> Result<(), Complaint> {
        self.macs.check()
    }

    fn webhook(&self) -> Option<WebhookSecret<'_>> {
        let signed = self.webhook_hmac_key.as_ref().map(WebhookSecret::Signature);
        signed.or_else(|| self.webhook_path_secret.as_ref().map(WebhookSecret::Path))
    }
}

impl Settings {
    /// The base of every path, without a trailing slash.
    #[must_use]
    pub fn base(&self) -> String {
        self.base_url.trim().trim_end_matches('/').to_owned()
    }
}
