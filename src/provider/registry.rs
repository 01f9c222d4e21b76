//! What a backend declares of itself, so that nothing else has to know it by name: its kind, its settings, where its
//! usual environment variables are, what a first configuration asks, how it is built. It need not speak HTTP.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Kind, KindSpec, Problem, ProviderName, RequestLogEntry};
use crate::settings::{Complaint, HttpSettings, SecretRef};

use super::http::Http;
use super::http::client_builder::{Clients, checked_url};
use super::push_inbox::PushInbox;
use super::{Provider, ProviderInfo, Settings};

/// A backend, as it declares itself.
pub trait Backend {
    /// What it is.
    const SPEC: BackendSpec;
    /// Its settings.
    type Settings: BackendSettings + Serialize + DeserializeOwned;

    /// Builds a provider from its settings. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// A [`Problem`] when the settings can't make one (a CA file that can't be read, a URL that is none).
    fn build(settings: &Self::Settings, context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem>;
}

/// What is known of a backend without a configuration.
#[derive(Debug)]
pub struct BackendSpec {
    /// Its kind.
    pub kind: &'static KindSpec,
    /// The environment variables of the vendor's own tools.
    pub variables: &'static [Variable],
    /// What a first configuration asks, in this order. Every other setting has a default that serves.
    pub questions: &'static [Question],
    /// The setting that refers to its secret; every backend has one.
    pub secret: &'static str,
    /// What the secret is.
    pub secret_is: &'static str,
    /// How to make the login with the fewest rights that serve, for whoever sets it up.
    pub least_role: &'static str,
}

/// A setting, and the variables that may hold it where the provider's table leaves it out.
#[derive(Debug)]
pub struct Variable {
    /// The setting.
    pub key: &'static str,
    /// The variables, the first that is set counts.
    pub names: &'static [&'static str],
    /// A secret becomes a reference to the variable.
    pub is_secret: bool,
    /// Only where another setting has this value.
    pub only: Option<(&'static str, &'static str)>,
    /// A setting that says that another login is meant than the one a variable holds.
    pub unless: Option<&'static str>,
}

impl Variable {
    /// A setting in these variables.
    #[must_use]
    pub const fn plain(key: &'static str, names: &'static [&'static str]) -> Self {
        Self { key, names, is_secret: false, only: None, unless: None }
    }

    /// A secret in these variables.
    #[must_use]
    pub const fn secret(key: &'static str, names: &'static [&'static str]) -> Self {
        Self { is_secret: true, ..Self::plain(key, names) }
    }
}

/// A question for one setting.
#[derive(Debug)]
pub struct Question {
    /// The setting.
    pub key: &'static str,
    /// The question.
    pub ask: &'static str,
    /// What an empty answer means; none where there has to be one, `""` where the setting is left out.
    pub default: Option<&'static str>,
    /// Asked only when an earlier answer is one of these.
    pub only: Option<(&'static str, &'static [&'static str])>,
    /// An answer that could be right: it stands in until there is one, while the others are checked.
    pub example: &'static str,
}

impl Question {
    /// A question that needs an answer.
    #[must_use]
    pub const fn needed(key: &'static str, ask: &'static str, example: &'static str) -> Self {
        Self { key, ask, default: None, only: None, example }
    }

    /// A question with a default.
    #[must_use]
    pub const fn with_default(key: &'static str, ask: &'static str, default: &'static str) -> Self {
        Self { key, ask, default: Some(default), only: None, example: "" }
    }
}

/// What every backend's settings can tell.
pub trait BackendSettings {
    /// Checks what the types can't.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    fn check(&self) -> Result<(), String>;

    /// The addresses that the system is reached by.
    fn endpoints(&self) -> Vec<String>;

    /// Checks those addresses.
    ///
    /// # Errors
    /// What is wrong with one of them, in a sentence.
    fn check_endpoints(&self) -> Result<(), String> {
        self.endpoints().iter().try_for_each(|url| checked_url(url).map(drop)).map_err(|problem| problem.line())
    }

    /// Every secret that is referred to.
    fn secrets(&self) -> Vec<&SecretRef>;

    /// The files that are named, by their settings.
    fn files(&self) -> Vec<(&'static str, &Path)> {
        Vec::new()
    }

    /// Begins to read the files that belong to the settings.
    fn load_files(&mut self) {}

    /// Waits until those files are read.
    ///
    /// # Errors
    /// A [`Complaint`] with the file and its line.
    fn check_files(&self) -> Result<(), Complaint> {
        Ok(())
    }

    /// How answers of devices are received, where they come on their own.
    fn webhook(&self) -> Option<WebhookSecret<'_>> {
        None
    }
}

/// How events of a system are told from anybody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSecret<'a> {
    /// It signs them with this key.
    Signature(&'a SecretRef),
    /// The address holds this secret.
    Path(&'a SecretRef),
}

/// One `[[provider]]` table.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    /// Its name.
    pub name: ProviderName,
    /// How it is spoken to.
    pub http: HttpSettings,
    /// What is particular to its kind.
    pub backend: Settings,
}

impl ProviderConfig {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind(self.backend.spec().kind)
    }
}

/// What of an account's groups the policy goes by: what nobody needs isn't asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupsNeeded {
    /// Their names.
    pub names: bool,
    /// Their ids.
    pub ids: bool,
}

/// What a backend is built with beside its own settings.
pub struct BuildContext<'a> {
    /// Its name in the configuration.
    pub name: &'a ProviderName,
    /// How it is spoken to.
    pub settings: &'a HttpSettings,
    /// The clients of this process.
    pub clients: &'a mut Clients,
    /// Where exchanges are told.
    pub log: &'a UnboundedSender<RequestLogEntry>,
    /// What devices have answered on their own.
    pub push_inbox: &'a PushInbox,
    /// What the policy goes by.
    pub groups: GroupsNeeded,
}

impl BuildContext<'_> {
    /// The HTTP client for these addresses.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file or the proxy can't be used.
    pub fn http(&mut self, endpoints: &[String]) -> Result<Http, Problem> {
        let tls = endpoints.iter().any(|url| !url.starts_with("http:"));
        let clients = self.clients.get(self.settings, tls)?;
        Ok(Http::new(self.name.clone(), self.settings, clients, self.log.clone()))
    }

    /// What the provider is.
    #[must_use]
    pub fn info(&self, kind: &'static KindSpec, system: String, endpoints: Vec<String>) -> ProviderInfo {
        ProviderInfo::new(self.name, Kind(kind), self.settings, system, endpoints)
    }
}

/// Makes the closed list of backends: their settings as one type, and a table of what they declare.
macro_rules! backends {
    ($($(#[$meta:meta])* $variant:ident($module:ident)),+ $(,)?) => {
        /// The settings of each kind of system.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Settings {
            $($(#[$meta])* #[doc = concat!("Those of `", stringify!($module), "`.")]
            $variant(Box<<$module::Backend as $crate::provider::registry::Backend>::Settings>),)+
        }

        /// What every backend declares.
        pub const SPECS: &[&$crate::provider::registry::BackendSpec] =
            &[$($(#[$meta])* &<$module::Backend as $crate::provider::registry::Backend>::SPEC,)+];

        impl Settings {
            /// Reads the settings of the kind of that word; none when there is no such kind.
            ///
            /// # Errors
            /// The reader's own.
            pub fn read<'de, D: serde::Deserializer<'de>>(word: &str, reader: D) -> Option<Result<Self, D::Error>> {
                use serde::Deserialize as _;
                $($(#[$meta])* if word == <$module::Backend as $crate::provider::registry::Backend>::SPEC.kind.word {
                    return Some(
                        <$module::Backend as $crate::provider::registry::Backend>::Settings::deserialize(reader)
                            .map(|settings| Self::$variant(Box::new(settings))),
                    );
                })+
                None
            }

            /// What the backend declares.
            #[must_use]
            pub fn spec(&self) -> &'static $crate::provider::registry::BackendSpec {
                match self {
                    $($(#[$meta])* Self::$variant(_) => {
                        &<$module::Backend as $crate::provider::registry::Backend>::SPEC
                    })+
                }
            }

            /// What all settings can tell.
            #[must_use]
            pub fn common(&self) -> &dyn $crate::provider::registry::BackendSettings {
                match self { $($(#[$meta])* Self::$variant(settings) => &**settings,)+ }
            }

            /// The same, to read files into.
            pub fn common_mut(&mut self) -> &mut dyn $crate::provider::registry::BackendSettings {
                match self { $($(#[$meta])* Self::$variant(settings) => &mut **settings,)+ }
            }

            /// Every value that is set.
            #[must_use]
            pub fn table(&self) -> toml::Table {
                match self {
                    $($(#[$meta])* Self::$variant(settings) => toml::Table::try_from(&**settings).unwrap_or_default(),)+
                }
            }

            /// Builds a provider. Nothing is asked of anybody yet.
            ///
            /// # Errors
            /// A [`Problem`](crate::domain::Problem) when the settings can't make one.
            pub fn build(
                &self,
                context: $crate::provider::registry::BuildContext<'_>,
            ) -> Result<std::sync::Arc<dyn Provider>, $crate::domain::Problem> {
                match self {
                    $($(#[$meta])* Self::$variant(settings) => {
                        <$module::Backend as $crate::provider::registry::Backend>::build(settings, context)
                    })+
                }
            }
        }
    };
}

pub(super) use backends;
