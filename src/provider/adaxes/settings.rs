//! The settings of an Adaxes service, and the URLs that follow from them.

use serde::{Deserialize, Serialize};

use crate::provider::registry::{BackendSettings, BackendSpec, Question};
use crate::settings::SecretRef;

/// What the backend declares of itself.
pub const SPEC: BackendSpec = BackendSpec {
    kind: &super::KIND,
    variables: &[],
    questions: &[Question::needed("base_url", "The REST component's address, without /api", "https://adaxes.example")],
    secret: "token",
    secret_is: "a token made with New-AdmAccountToken",
    least_role: "In Adaxes make a security role with View on users and the operation Unlock Account, assign it to a service \
                 account over the units that the desk serves, and make its token with New-AdmAccountToken.",
};

/// One Adaxes REST component.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `https://host.example.com/restApi`; an ending `/api` is taken off, because every path begins with it.
    pub base_url: String,
    /// A token made with `New-AdmAccountToken` (2026.1 and newer).
    pub token: Option<SecretRef>,
    /// The service account of the handshake (2025.1 and older), as `user@domain` or `DOMAIN\\user`.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<SecretRef>,
    /// How many seconds an operation may take before it is polled instead of waited for.
    #[serde(default = "twenty")]
    pub wait_seconds: u32,
}

fn twenty() -> u32 {
    20
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        match (&self.token, &self.username, &self.password) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
            _ => {
                Err("it needs either token (2026.1 and newer), or username and password (2025.1 and older)".to_owned())
            }
        }
    }

    fn endpoints(&self) -> Vec<String> {
        vec![self.base()]
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        self.token.iter().chain(&self.password).collect()
    }
}

impl Settings {
    /// The base of every path, without a trailing slash and without `/api`.
    pub fn base(&self) -> String {
        let base = self.base_url.trim().trim_end_matches('/');
        base.strip_suffix("/api").unwrap_or(base).to_owned()
    }
}
