//! The settings of an MDM server that manages Macs.

use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provider::registry::{BackendSettings, BackendSpec, EnvVariable, Question, WebhookSecret};
use crate::settings::{Complaint, SecretRef};

use super::SERVERS;
use super::mac_map::MacMap;
use super::server::{LoginScheme, MdmServerSpec};

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

/// The server of that word: one of [`SERVERS`].
fn server<'de, D: Deserializer<'de>>(reader: D) -> Result<&'static MdmServerSpec, D::Error> {
    let word = String::deserialize(reader)?;
    let is_it = |server: &&'static MdmServerSpec| server.word == word || server.aliases.contains(&word.as_str());
    let words = || SERVERS.iter().map(|server| format!("`{}`", server.word)).collect::<Vec<_>>().join(", ");
    let unknown = || D::Error::custom(format!("unknown variant `{word}`, expected one of {}", words()));
    SERVERS.iter().copied().find(is_it).ok_or_else(unknown)
}

impl Serialize for MdmServerSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word)
    }
}

/// How `MicroMDM` is given a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MicroMdmFormat {
    /// As JSON that the server makes a command of.
    #[default]
    Json,
    /// As the command itself.
    Plist,
}

/// Which of Jamf's interfaces sends the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JamfApi {
    /// The Jamf Pro API, and the Classic API where that doesn't know the command.
    #[default]
    Auto,
    /// `POST /api/v2/mdm/commands` only.
    V2,
    /// `POST /JSSResource/computercommands` only.
    Classic,
}

/// One MDM server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which server: `nanomdm`, `nanohub`, `micromdm`, `fleet`, `jamf` or `iru`.
    #[serde(deserialize_with = "server")]
    pub server: &'static MdmServerSpec,
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
    pub format: MicroMdmFormat,
    /// Which of Jamf's interfaces sends the command: `auto`, `v2` or `classic`.
    #[serde(default)]
    pub api: JamfApi,
    /// What the map says.
    #[serde(skip)]
    pub macs: MacMap,
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        let server = self.server;
        let (system, features) = (server.api.system, server.features);
        if (server.login == LoginScheme::Client) != self.client_id.is_some() {
            return Err("client_id belongs to jamf, and jamf needs it".to_owned());
        }
        if self.map.is_none() && features.answers_by_webhook {
            return Err(format!("{system} can't tell whose Mac is whose: it needs a map"));
        }
        if self.check_user_list && !features.lists_users {
            return Err(format!("{system} can't ask a Mac for its local accounts: leave check_user_list off"));
        }
        if self.webhook_hmac_key.is_some() && self.webhook_path_secret.is_some() {
            return Err("either webhook_hmac_key or webhook_path_secret".to_owned());
        }
        if !features.answers_by_webhook && self.webhook().is_some() {
            return Err(format!("{system} is asked for the answers; it needs no webhook"));
        }
        if !features.signs_webhooks && self.webhook_hmac_key.is_some() {
            return Err(format!("{system} doesn't sign its webhooks: use webhook_path_secret"));
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
    pub fn base(&self) -> String {
        self.base_url.trim().trim_end_matches('/').to_owned()
    }
}
