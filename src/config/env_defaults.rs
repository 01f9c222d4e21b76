//! The vendors' usual environment variables, as each backend declares them: where a provider's table leaves a setting
//! out, they stand in for it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::provider::SPECS;
use crate::provider::registry::EnvVariable;

/// The variables of a kind.
fn of(kind: &str) -> impl Iterator<Item = &'static EnvVariable> {
    SPECS.iter().filter(move |spec| spec.kind.word == kind).flat_map(|spec| spec.variables)
}

/// Each key that was filled, with its variable.
pub type Filled = Vec<(&'static str, String)>;

/// Fills what the table leaves out from variables that are set.
pub fn fill(kind: &str, table: &mut DeTable<'_>, is_set: impl Fn(&str) -> Option<String>) -> Filled {
    let mut filled = Vec::new();
    for variable in of(kind) {
        let is = |(key, value): (&str, &str)| {
            table.get(key).and_then(|own| own.get_ref().as_str()).is_some_and(|own| own == value)
        };
        let is_meant = variable.only.is_none_or(is) && variable.unless.is_none_or(|key| !table.contains_key(key));
        if table.contains_key(variable.key) || !is_meant {
            continue;
        }
        let found =
            variable.names.iter().find_map(|name| Some((*name, is_set(name).filter(|value| !value.is_empty())?)));
        let Some((name, value)) = found else { continue };
        let text = |text: String| Spanned::new(0..0, DeValue::String(text.into()));
        let value = if variable.is_secret {
            let mut reference = DeTable::new();
            reference.insert(Spanned::new(0..0, "env".into()), text(name.to_owned()));
            Spanned::new(0..0, DeValue::Table(reference))
        } else {
            text(value)
        };
        table.insert(Spanned::new(0..0, variable.key.into()), value);
        filled.push((variable.key, name.to_owned()));
    }
    filled
}

/// The variables that may hold this setting, for a message that it is missing.
pub fn names(kind: &str, key: &str) -> Vec<&'static str> {
    of(kind).filter(|variable| variable.key == key).flat_map(|variable| variable.names.iter().copied()).collect()
}
