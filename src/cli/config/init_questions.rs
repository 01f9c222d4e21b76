//! What a first configuration asks, for each kind of system. Every other setting has a default that serves.

/// A question for one setting.
pub struct Question {
    /// The setting.
    pub key: &'static str,
    /// The question.
    pub ask: &'static str,
    /// What an empty answer means; none where there has to be one, `""` where the setting is left out.
    pub default: Option<&'static str>,
    /// Asked only when an earlier answer is one of these.
    pub only: Option<(&'static str, &'static [&'static str])>,
}

/// The questions of one kind.
pub struct Kind {
    /// Its word.
    pub word: &'static str,
    /// The settings, in the order in which they are asked.
    pub questions: &'static [Question],
    /// The setting that refers to its secret.
    pub secret: &'static str,
    /// What the secret is.
    pub secret_is: &'static str,
}

const fn needed(key: &'static str, ask: &'static str) -> Question {
    Question { key, ask, default: None, only: None }
}

const fn usual(key: &'static str, ask: &'static str, default: &'static str) -> Question {
    Question { key, ask, default: Some(default), only: None }
}

pub const KINDS: [Kind; 4] = [
    Kind {
        word: "pingone",
        questions: &[
            needed("environment_id", "The environment's id (Environment properties in the console)"),
            needed("client_id", "The worker application's client id"),
            usual("region", "The region: com, ca, eu, com.au, sg or asia", "com"),
            usual("base_url", "Another API address than the region's, if any", ""),
            usual("auth_url", "Another sign-on address than the region's, if any", ""),
        ],
        secret: "client_secret",
        secret_is: "the worker application's client secret",
    },
    Kind {
        word: "jumpcloud",
        questions: &[
            usual("region", "The region: us, eu or in", "us"),
            usual("org_id", "The organisation's id, for administrators of several", ""),
            usual("base_url", "Another console address than the region's, if any", ""),
            usual("insights_url", "Another Directory Insights address than the region's, if any", ""),
        ],
        secret: "api_key",
        secret_is: "an administrator's API key",
    },
    Kind {
        word: "adaxes",
        questions: &[needed("base_url", "The REST component's address, without /api")],
        secret: "token",
        secret_is: "a token made with New-AdmAccountToken",
    },
    Kind {
        word: "apple_mdm",
        questions: &[
            needed("server", "The server: nanomdm, nanohub, micromdm, fleet, jamf or iru"),
            needed("base_url", "Its address"),
            Question { only: Some(("server", &["jamf"])), ..needed("client_id", "The API client's id") },
            Question {
                only: Some(("server", &["nanomdm", "nanohub", "micromdm"])),
                ..needed("map", "The CSV file that says whose Mac is whose")
            },
        ],
        secret: "api_key",
        secret_is: "the API key, token, or API client's secret",
    },
];
