//! The vendors' usual environment variables: where a provider's table leaves a setting out, they stand in for it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A setting, and the variables that may hold it. A secret becomes a reference to the variable.
struct Usual {
    kind: &'static str,
    /// For Macs, the server that it belongs to.
    server: Option<&'static str>,
    key: &'static str,
    names: &'static [&'static str],
    is_secret: bool,
}

const fn plain(kind: &'static str, key: &'static str, names: &'static [&'static str]) -> Usual {
    Usual { kind, server: None, key, names, is_secret: false }
}

const fn secret(kind: &'static str, key: &'static str, names: &'static [&'static str]) -> Usual {
    Usual { kind, server: None, key, names, is_secret: true }
}

const TABLE: [Usual; 9] = [
    plain("pingone", "environment_id", &["PINGONE_ENVIRONMENT_ID"]),
    plain("pingone", "client_id", &["PINGONE_CLIENT_ID"]),
    secret("pingone", "client_secret", &["PINGONE_CLIENT_SECRET"]),
    plain("pingone", "region", &["PINGONE_REGION_CODE", "PINGONE_REGION"]),
    secret("jumpcloud", "api_key", &["JC_API_KEY", "JUMPCLOUD_API_KEY"]),
    plain("jumpcloud", "org_id", &["JC_ORG_ID", "JUMPCLOUD_ORG_ID"]),
    Usual { server: Some("jamf"), ..plain("apple_mdm", "client_id", &["JAMFPRO_CLIENT_ID"]) },
    Usual { server: Some("jamf"), ..secret("apple_mdm", "api_key", &["JAMFPRO_CLIENT_SECRET"]) },
    Usual { server: Some("fleet"), ..secret("apple_mdm", "api_key", &["FLEET_API_TOKEN"]) },
];

/// Settings that say that another login is meant than the one a variable holds.
const INSTEAD: [(&str, &str); 1] = [("api_key", "client_secret")];

/// Fills what the table leaves out from variables that are set; gives each filled key with its variable.
pub fn fill(
    kind: &str,
    table: &mut DeTable<'_>,
    is_set: impl Fn(&str) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let mut filled = Vec::new();
    let server = table.get("server").and_then(|server| server.get_ref().as_str().map(str::to_owned));
    for usual in
        TABLE.iter().filter(|usual| usual.kind == kind && (usual.server.is_none() || usual.server == server.as_deref()))
    {
        let instead =
            INSTEAD.iter().any(|(key, other)| *key == usual.key && kind == "jumpcloud" && table.contains_key(*other));
        if table.contains_key(usual.key) || instead {
            continue;
        }
        let found = usual.names.iter().find_map(|name| Some((*name, is_set(name).filter(|value| !value.is_empty())?)));
        let Some((name, value)) = found else { continue };
        let text = |text: String| Spanned::new(0..0, DeValue::String(text.into()));
        let value = if usual.is_secret {
            let mut reference = DeTable::new();
            reference.insert(Spanned::new(0..0, "env".into()), text(name.to_owned()));
            Spanned::new(0..0, DeValue::Table(reference))
        } else {
            text(value)
        };
        table.insert(Spanned::new(0..0, usual.key.into()), value);
        filled.push((usual.key, name.to_owned()));
    }
    filled
}

/// The variables that may hold this setting, for a message that it is missing.
#[must_use]
pub fn names(kind: &str, key: &str) -> Vec<&'static str> {
    TABLE
        .iter()
        .filter(|usual| usual.kind == kind && usual.key == key)
        .flat_map(|usual| usual.names.iter().copied())
        .collect()
}
