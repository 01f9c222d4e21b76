//! What a backend declares of itself, so that nothing else has to know it by name: its kind, its settings, where its
//! usual environment variables are, what a first configuration asks, how it is built. It need not speak HTTP.

mod backend;
mod spec;

use crate::domain::{ProviderKind, ProviderName};
use crate::settings::HttpSettings;

use super::Settings;

/// One `[[provider]]` table.
#[derive(Clone, Debug)]
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
    pub fn kind(&self) -> ProviderKind {
        ProviderKind(self.backend.spec().kind)
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

/// Makes the closed list of backends: their settings as one type, and a table of what they declare.
macro_rules! backends {
    ($($(#[$meta:meta])* $variant:ident($module:ident)),+ $(,)?) => {
        use $crate::provider::registry::Backend;

        /// The settings of each kind of system.
        #[derive(Clone, Debug)]
        pub enum Settings {
            $($(#[$meta])* #[doc = concat!("Those of `", stringify!($module), "`.")]
            $variant(Box<$module::Settings>),)+
        }

        /// What every backend declares.
        pub const SPECS: &[&BackendSpec] = &[$($(#[$meta])* &<$module::Settings as Backend>::SPEC,)+];

        impl Settings {
            /// Reads the settings of the kind of that word; none when there is no such kind.
            ///
            /// # Errors
            /// The reader's own.
            pub fn read<'de, D: serde::Deserializer<'de>>(word: &str, reader: D) -> Option<Result<Self, D::Error>> {
                $($(#[$meta])* if word == <$module::Settings as Backend>::SPEC.kind.word {
                    let read = <$module::Settings as serde::Deserialize>::deserialize(reader);
                    return Some(read.map(|settings| Self::$variant(Box::new(settings))));
                })+
                None
            }

            /// What the backend declares.
            pub fn spec(&self) -> &'static BackendSpec {
                match self { $($(#[$meta])* Self::$variant(_) => &<$module::Settings as Backend>::SPEC,)+ }
            }

            /// What all settings can tell.
            pub fn common(&self) -> &dyn BackendSettings {
                match self { $($(#[$meta])* Self::$variant(settings) => &**settings,)+ }
            }

            /// The same, to read files into.
            pub fn common_mut(&mut self) -> &mut dyn BackendSettings {
                match self { $($(#[$meta])* Self::$variant(settings) => &mut **settings,)+ }
            }

            /// Every value that is set.
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
                context: BuildContext<'_>,
            ) -> Result<std::sync::Arc<dyn Provider>, $crate::domain::Problem> {
                match self {
                    $($(#[$meta])* Self::$variant(settings) => <$module::Settings as Backend>::build(settings, context),)+
                }
            }
        }
    };
}

pub use backend::{Backend, BackendSettings, BuildContext, WebhookSecret};
pub(super) use backends;
pub use spec::{BackendSpec, EnvVariable, Question};
