//! The settings of an MDM server that manages Macs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::diagnostics::Complaint;
use super::macs::{self, MacEntry};
use super::secret_ref::SecretRef;

/// Which server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MdmServer {
    /// `NanoMDM`.
    NanoMdm,
    /// `NanoHUB`.
    NanoHub,
    /// `MicroMDM`.
    MicroMdm,
    /// Fleet.
    Fleet,
    /// Jamf Pro.
    Jamf,
    /// Iru, formerly Kandji.
    #[serde(alias = "kandji")]
    Iru,
}

impl MdmServer {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NanoMdm => "NanoMDM",
            Self::NanoHub => "NanoHUB",
            Self::MicroMdm => "MicroMDM",
            Self::Fleet => "Fleet",
            Self::Jamf => "Jamf Pro",
            Self::Iru => "Iru",
        }
    }

    /// True where the Macs' answers are told by a webhook and can't be asked for.
    #[must_use]
    pub fn tells_by_webhook(self) -> bool {
        matches!(self, Self::NanoMdm | Self::NanoHub | Self::MicroMdm)
    }
}

/// How `MicroMDM` is given a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MicroFormat {
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AppleMdm {
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
    pub macs: Vec<MacEntry>,
}

impl AppleMdm {
    /// Checks what the types can't.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        if (self.server == MdmServer::Jamf) != self.client_id.is_some() {
            return Err("client_id belongs to jamf, and jamf needs it".to_owned());
        }
        if self.map.is_none() && self.server.tells_by_webhook() {
            return Err(format!("{} can't tell whose Mac is whose: it needs a map", self.server.name()));
        }
        if self.check_user_list && matches!(self.server, MdmServer::Jamf | MdmServer::Iru) {
            return Err(format!(
                "{} can't ask a Mac for its local accounts: leave check_user_list off",
                self.server.name()
            ));
        }
        if self.webhook_hmac_key.is_some() && self.webhook_path_secret.is_some() {
            return Err("either webhook_hmac_key or webhook_path_secret".to_owned());
        }
        if !self.server.tells_by_webhook() && self.has_webhook() {
            return Err(format!("{} is asked for the answers; it needs no webhook", self.server.name()));
        }
        if self.server == MdmServer::MicroMdm && self.webhook_hmac_key.is_some() {
            return Err("MicroMDM doesn't sign its webhooks: use webhook_path_secret".to_owned());
        }
        Ok(())
    }

    /// True when the Macs' answers are received here.
    #[must_use]
    pub fn has_webhook(&self) -> bool {
        self.webhook_hmac_key.is_some() || self.webhook_path_secret.is_some()
    }

    /// The base of every path, without a trailing slash.
    #[must_use]
    pub fn base(&self) -> String {
        self.base_url.trim().trim_end_matches('/').to_owned()
    }

    /// Reads the map, if there is one.
    ///
    /// # Errors
    /// A [`Complaint`] with the map's file and line.
    pub fn read_map(&mut self) -> Result<(), Complaint> {
        if let Some(path) = &self.map {
            self.macs = macs::read(path)?;
        }
        Ok(())
    }
}
