//! What a backend tells of itself as data: its words, variables and questions.

use crate::domain::KindSpec;

/// What is known of a backend without a configuration.
#[derive(Debug)]
pub struct BackendSpec {
    /// Its kind.
    pub kind: &'static KindSpec,
    /// The environment variables of the vendor's own tools.
    pub variables: &'static [EnvVariable],
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
pub struct EnvVariable {
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

impl EnvVariable {
    /// A setting in these variables.
    pub const fn plain(key: &'static str, names: &'static [&'static str]) -> Self {
        Self { key, names, is_secret: false, only: None, unless: None }
    }

    /// A secret in these variables.
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
    pub const fn needed(key: &'static str, ask: &'static str, example: &'static str) -> Self {
        Self { key, ask, default: None, only: None, example }
    }

    /// A question with a default.
    pub const fn with_default(key: &'static str, ask: &'static str, default: &'static str) -> Self {
        Self { key, ask, default: Some(default), only: None, example: "" }
    }
}
