//! The settings of a `PingOne` environment, and the URLs that follow from them.

use serde::{Deserialize, Serialize};

use crate::provider::registry::{BackendSettings, BackendSpec, EnvVariable, Question};
use crate::settings::SecretRef;

/// What the backend declares of itself.
pub const SPEC: BackendSpec = BackendSpec {
    kind: &super::KIND,
    variables: &[
        EnvVariable::plain("environment_id", &["PINGONE_ENVIRONMENT_ID"]),
        EnvVariable::plain("client_id", &["PINGONE_CLIENT_ID"]),
        EnvVariable::secret("client_secret", &["PINGONE_CLIENT_SECRET"]),
        EnvVariable::plain("region", &["PINGONE_REGION_CODE", "PINGONE_REGION"]),
    ],
    questions: &[
        Question::needed("environment_id", "The environment's id (Environment properties in the console)", EXAMPLE_ID),
        Question::needed("client_id", "The worker application's client id", EXAMPLE_ID),
        Question::with_default("region", "The region: com, ca, eu, com.au, sg or asia", "com"),
        Question::with_default("base_url", "Another API address than the region's, if any", ""),
        Question::with_default("auth_url", "Another sign-on address than the region's, if any", ""),
    ],
    secret: "client_secret",
    secret_is: "the worker application's client secret",
    least_role: "In the console make a worker application and give it one role in this environment: Help Desk Admin, else \
                 Identity Data Admin. No other role is needed.",
};

/// Looks like an environment's or an application's id.
const EXAMPLE_ID: &str = "00000000-0000-4000-8000-000000000000";

/// The top-level domains of `PingOne`'s six regions, each with the names people use for them
/// (contract §1: api, auth, orchestrate and scim share it).
pub const REGIONS: [(&str, &[&str]); 6] = [
    ("com", &["na", "us", "com"]),
    ("ca", &["ca"]),
    ("eu", &["eu"]),
    ("com.au", &["au", "com.au"]),
    ("sg", &["sg"]),
    ("asia", &["ap", "asia"]),
];

/// How the token endpoint wants the client's credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenAuth {
    /// In the `Authorization` header.
    #[default]
    Basic,
    /// In the form.
    Post,
}

/// One `PingOne` environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The environment whose users are unlocked.
    pub environment_id: String,
    /// The worker application's client id.
    pub client_id: String,
    /// Where its secret is kept.
    pub client_secret: SecretRef,
    /// The environment of the worker application, where it is another one.
    pub auth_environment_id: Option<String>,
    /// The region, by its top-level domain or its usual name.
    #[serde(default = "north_america")]
    pub region: String,
    /// A custom domain for sign-on; tokens are then fetched there.
    pub custom_domain: Option<String>,
    /// The API's base URL, instead of the region's; `/v1` is added where it has no version.
    pub base_url: Option<String>,
    /// A path instead of `/v1`; empty for a server that really has none.
    pub base_path: Option<String>,
    /// The sign-on base URL, instead of the region's.
    pub auth_url: Option<String>,
    /// How the token endpoint wants the credentials: `basic` or `post`.
    #[serde(default)]
    pub token_auth: TokenAuth,
}

fn north_america() -> String {
    "com".to_owned()
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        for (key, id) in
            [("environment_id", Some(&self.environment_id)), ("auth_environment_id", self.auth_environment_id.as_ref())]
        {
            if let Some(id) = id
                && uuid::Uuid::try_parse(id).is_err()
            {
                return Err(format!(
                    "{key} `{id}` is no UUID; copy it from the environment's properties in the PingOne console"
                ));
            }
        }
        if self.client_id.trim().is_empty() {
            return Err("client_id is empty".to_owned());
        }
        if self.top_level_domain().is_none() {
            let known: Vec<&str> = REGIONS.iter().map(|region| region.0).collect();
            return Err(format!("region `{}` is none of {}", self.region, known.join(", ")));
        }
        Ok(())
    }

    fn endpoints(&self) -> Vec<String> {
        vec![self.api(), self.token_endpoint()]
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        vec![&self.client_secret]
    }
}

impl Settings {
    fn top_level_domain(&self) -> Option<&'static str> {
        let region = self.region.trim().to_ascii_lowercase();
        REGIONS.iter().find(|(_, names)| names.contains(&region.as_str())).map(|(tld, _)| *tld)
    }

    /// The API's base: no trailing slash, version included. Serves both spellings of the vendor's
    /// pages, where `{{apiPath}}` once ended in `/v1` and now doesn't (contract §6).
    pub fn api(&self) -> String {
        let host = format!("https://api.pingone.{}", self.top_level_domain().unwrap_or("com"));
        let base = self.base_url.as_deref().unwrap_or(&host).trim_end_matches('/');
        if let Some(path) = &self.base_path {
            let path = path.trim_matches('/');
            return if path.is_empty() { base.to_owned() } else { format!("{base}/{path}") };
        }
        let last = base.rsplit('/').next().unwrap_or_default();
        let versioned = last.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if versioned { base.to_owned() } else { format!("{base}/v1") }
    }

    /// The token endpoint. It has no `/v1`; on a custom domain it has no environment either.
    pub fn token_endpoint(&self) -> String {
        let environment = self.auth_environment_id.as_ref().unwrap_or(&self.environment_id);
        match (&self.auth_url, &self.custom_domain) {
            (Some(url), _) => format!("{}/{environment}/as/token", url.trim_end_matches('/')),
            (None, Some(domain)) => {
                let domain = domain.trim_start_matches("https://").trim_end_matches('/');
                format!("https://{domain}/as/token")
            }
            (None, None) => {
                format!("https://auth.pingone.{}/{environment}/as/token", self.top_level_domain().unwrap_or("com"))
            }
        }
    }
}
