//! The tables of the providers, each read by its backend.

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::config::env_defaults::{self, Filled};
use crate::domain::ProviderName;
use crate::provider::{ProviderConfig, SPECS, Settings};
use crate::settings::diagnostics::{Complaint, suggest};
use crate::settings::http_settings::HttpSettings;

/// Where something stands in the text of a file, in bytes.
pub(super) type Span = std::ops::Range<usize>;

pub(super) fn provider_tables<'i>(
    text: &str,
    value: Option<Spanned<DeValue<'i>>>,
) -> Result<Vec<(Span, DeTable<'i>)>, Complaint> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let span = value.span();
    let wrong = |span: Span| Complaint::at(text, Some(span), "providers are written as [[provider]] tables");
    let DeValue::Array(array) = value.into_inner() else { return Err(wrong(span)) };
    array
        .into_iter()
        .map(|item| {
            let span = item.span();
            match item.into_inner() {
                DeValue::Table(table) => Ok((span, table)),
                _ => Err(wrong(span)),
            }
        })
        .collect()
}

pub(super) fn provider(
    text: &str,
    head: Span,
    mut table: DeTable<'_>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(ProviderConfig, Filled), Complaint> {
    let (kind, kind_span) = word(text, &head, &mut table, "kind")?;
    let (name, name_span) = word(text, &head, &mut table, "name")?;
    let name = ProviderName::new(&name).ok_or_else(|| {
        Complaint::at(
            text,
            Some(name_span),
            format!("`{name}` can't name a provider: 1 to 32 of a-z, 0-9, `-` and `_`"),
        )
    })?;
    let filled = env_defaults::fill(&kind, &mut table, variable);
    let mut own = DeTable::new();
    for key in HttpSettings::KEYS {
        if let Some((key, value)) = table.remove_entry(key) {
            own.insert(key, value);
        }
    }
    let reader = |table| ValueDeserializer::from(Spanned::new(head.clone(), DeValue::Table(table)));
    let http = HttpSettings::deserialize(reader(own)).map_err(|e| Complaint::from_toml(text, &e))?;
    let Some(backend) = Settings::read(&kind, reader(table)) else {
        let mut complaint = Complaint::at(text, Some(kind_span), format!("`{kind}` is no kind of provider"));
        complaint.nearest = suggest(&kind, SPECS.iter().map(|spec| spec.kind.word));
        return Err(complaint);
    };
    let backend = backend.map_err(|e| own_complaint(&kind, Complaint::from_toml(text, &e)))?;
    let what = |what| Complaint::at(text, Some(head.clone()), format!("provider `{name}`: {what}"));
    http.check().and_then(|()| backend.common().check()).map_err(what)?;
    Ok((ProviderConfig { name, http, backend }, filled))
}

/// What is wrong with the settings of one kind; the keys of the HTTP client are valid beside them.
pub(super) fn own_complaint(kind: &str, mut complaint: Complaint) -> Complaint {
    let missing = complaint.what.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(key) = missing {
        let names = env_defaults::names(kind, key);
        let or = if names.is_empty() { String::new() } else { format!(", or set {}", names.join(" or ")) };
        complaint.what = format!("the provider lacks `{key}`{or}");
        return complaint;
    }
    if complaint.nearest.is_none() {
        complaint.nearest = complaint.what.split('`').nth(1).and_then(|bad| suggest(bad, HttpSettings::KEYS));
    }
    complaint
}

pub(super) fn word(text: &str, head: &Span, table: &mut DeTable<'_>, key: &str) -> Result<(String, Span), Complaint> {
    let value = table
        .remove(key)
        .ok_or_else(|| Complaint::at(text, Some(head.clone()), format!("the provider has no `{key}`")))?;
    let span = value.span();
    match value.into_inner() {
        DeValue::String(word) => Ok((word.into_owned(), span)),
        _ => Err(Complaint::at(text, Some(span), format!("`{key}` must be text"))),
    }
}
