//! How accounts become people: the order of the rules, and an administrator's map that wins over them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::Untrusted;
use crate::domain::person::LinkRule;
use crate::settings::diagnostics::{Complaint, read_text};

/// The `[people]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleSettings {
    /// The rules by which accounts are joined, the strongest first.
    pub join: Vec<LinkRule>,
    /// A CSV file whose head line names providers and whose lines name accounts of one person.
    pub map: Option<PathBuf>,
    /// What the file says.
    #[serde(skip)]
    pub entries: Vec<Vec<(String, Untrusted)>>,
}

impl Default for PeopleSettings {
    fn default() -> Self {
        Self { join: LinkRule::USUAL.to_vec(), map: None, entries: Vec::new() }
    }
}

impl PeopleSettings {
    /// Reads the map, if there is one.
    ///
    /// # Errors
    /// A [`Complaint`] with the map's file and line.
    pub fn read_map(&mut self, providers: &[&str]) -> Result<(), Complaint> {
        let Some(path) = self.map.clone() else { return Ok(()) };
        self.entries = parse(&read_text(&path, "the map of people")?, providers, &path)?;
        Ok(())
    }
}

fn parse(text: &str, providers: &[&str], path: &Path) -> Result<Vec<Vec<(String, Untrusted)>>, Complaint> {
    let wrong = |line: u64, what: String| {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        Complaint { place: Some((line, 1)), ..Complaint::new(what) }.in_file(path)
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| wrong(1, e.to_string()))?.clone();
    if let Some(unknown) = head.iter().find(|name| !providers.contains(name)) {
        return Err(wrong(1, format!("the map's head line names `{unknown}`, which is no provider")));
    }
    let mut entries: Vec<Vec<(String, Untrusted)>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            wrong(line, "the line has another number of fields than the head line".to_owned())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let entry: Vec<(String, Untrusted)> = head
            .iter()
            .zip(record.iter())
            .filter(|(_, name)| !name.is_empty())
            .map(|(provider, name)| (provider.to_owned(), name.into()))
            .collect();
        let known = |one: &(String, Untrusted)| {
            entries.iter().flatten().any(|other| other.0 == one.0 && other.1.same_name(one.1.as_data()))
        };
        if let Some((provider, name)) = entry.iter().find(|one| known(one)) {
            return Err(wrong(line, format!("`{}` of {provider} stands in an earlier line already", name.as_data())));
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;
