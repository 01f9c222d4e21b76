//! An administrator's map from people to Macs: CSV with a head line, or TOML with `[[mac]]` tables.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::domain::Untrusted;
use crate::domain::sanitize::is_dangerous;
use crate::settings::diagnostics::{Complaint, read_text, suggest};

use super::inventory::{Owner, mapped};

/// The columns of the CSV file and the keys of a `[[mac]]` table.
const COLUMNS: [&str; 6] = ["person", "email", "name", "udid", "serial", "short_name"];

/// One local account of one person on one Mac.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MacAssignment {
    /// The person.
    pub owner: Owner,
    /// The Mac's UDID; for Iru its device id.
    pub udid: Untrusted,
    /// Its serial number.
    pub serial: Option<Untrusted>,
    /// The account's short name on the Mac; none where it is not known.
    pub short_name: Option<Untrusted>,
}

/// The map as a TOML file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    mac: Vec<toml::Spanned<Fields>>,
}

/// A line of the CSV file or a `[[mac]]` table, as it stands there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a `[[mac]]` table")]
struct Fields {
    person: Option<String>,
    email: Option<String>,
    name: Option<String>,
    udid: Option<String>,
    serial: Option<String>,
    short_name: Option<String>,
}

/// How a map is read, once, by whoever asks first.
type Reading =
    LazyLock<Result<Vec<MacAssignment>, Complaint>, Box<dyn FnOnce() -> Result<Vec<MacAssignment>, Complaint> + Send>>;

/// A map, shared by all who look into it. It is read on a thread of its own, because thousands of lines must not hold
/// the first frame up.
#[derive(Clone, Debug, Default)]
pub struct MacMap(Option<Arc<Reading>>);

impl MacMap {
    /// Begins to read a file.
    pub fn of(path: PathBuf) -> Self {
        let read: Arc<Reading> = Arc::new(LazyLock::new(Box::new(move || read(&path))));
        let reading = Arc::clone(&read);
        // Without a thread, whoever asks first reads it.
        let _ = std::thread::Builder::new().name("macs".to_owned()).spawn(move || {
            LazyLock::force(&reading);
        });
        Self(Some(read))
    }

    /// Waits until it is read.
    ///
    /// # Errors
    /// A [`Complaint`] with file and line.
    pub fn check(&self) -> Result<(), Complaint> {
        self.read().map(drop)
    }

    /// Its entries, once it is read; none where there is no map or a wrong one.
    pub fn entries(&self) -> &[MacAssignment] {
        self.read().unwrap_or_default()
    }

    fn read(&self) -> Result<&[MacAssignment], Complaint> {
        self.0.as_ref().map_or(Ok(&[]), |reading| (***reading).as_deref().map_err(Clone::clone))
    }
}

/// Reads and checks a map.
///
/// # Errors
/// A [`Complaint`] with file and line.
fn read(path: &Path) -> Result<Vec<MacAssignment>, Complaint> {
    let text = read_text(path, "the map of Macs")?;
    let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    let entries = if is_toml { from_toml(&text) } else { from_csv(&text) };
    entries.map_err(|complaint| complaint.in_file(path))
}

fn at(line: usize, what: impl Into<String>) -> Complaint {
    Complaint { place: Some((line, 1)), ..Complaint::new(what) }
}

fn from_csv(text: &str) -> Result<Vec<MacAssignment>, Complaint> {
    let line_of = |position: Option<&csv::Position>| {
        position.map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX))
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| at(1, e.to_string()))?.clone();
    for (column, name) in head.iter().enumerate() {
        if !COLUMNS.contains(&name) {
            let what = format!("the map's head line names `{name}`; the columns are {}", COLUMNS.join(", "));
            return Err(Complaint { nearest: suggest(name, COLUMNS), ..at(1, what) });
        }
        if head.iter().take(column).any(|before| before == name) {
            return Err(at(1, format!("the map's head line names `{name}` twice")));
        }
    }
    let mut map = Map::default();
    for record in reader.records() {
        let wrong = "the line has another number of fields than the head line";
        let record = record.map_err(|e| at(line_of(e.position()), wrong))?;
        let line = line_of(record.position());
        map.add(line, record.deserialize(Some(&head)).map_err(|e| at(line, e.to_string()))?)?;
    }
    Ok(map.entries)
}

fn from_toml(text: &str) -> Result<Vec<MacAssignment>, Complaint> {
    let file: File = toml::from_str(text).map_err(|e| Complaint::from_toml(text, &e))?;
    let mut map = Map::default();
    let (mut line, mut counted) = (1, 0);
    for table in file.mac {
        let start = table.span().start;
        line += text.get(counted..start).unwrap_or("").matches('\n').count();
        counted = start.max(counted);
        map.add(line, table.into_inner())?;
    }
    Ok(map.entries)
}

/// The entries so far, and which accounts of which Macs they name.
#[derive(Default)]
struct Map {
    entries: Vec<MacAssignment>,
    lines: HashMap<String, usize>,
}

impl Map {
    fn add(&mut self, line: usize, fields: Fields) -> Result<(), Complaint> {
        let own =
            |text: Option<String>| text.map(|text| text.trim().into()).filter(|text: &Untrusted| !text.is_blank());
        let owner = Owner { username: own(fields.person), email: own(fields.email), name: own(fields.name) };
        let (serial, short_name) = (own(fields.serial), own(fields.short_name));
        let udid = own(fields.udid).ok_or_else(|| at(line, "the line names no udid"))?;
        if let Some(why) = bad_device(udid.as_data()) {
            return Err(at(line, format!("`{}` is no device's id: {why}", udid.as_data())));
        }
        if let Some(why) = short_name.as_ref().and_then(|name| bad_short_name(name.as_data())) {
            return Err(at(line, format!("the short name {why}")));
        }
        if !owner.is_known() {
            return Err(at(line, "the line names neither person nor email"));
        }
        let entry = MacAssignment { owner, udid, serial, short_name };
        let key = format!("{}/{}", entry.udid.as_data(), mapped(&entry).short_name.as_data()).to_lowercase();
        if let Some(first) = self.lines.insert(key, line) {
            return Err(at(line, format!("the same account of the same Mac stands in line {first} already")));
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// Why that can't be the id of a Mac: a user channel's id (`UDID:GUID`) and lists of ids are refused, because an
/// MDM server takes them and the command then never reaches the device (contract, NanoMDM).
pub fn bad_device(id: &str) -> Option<&'static str> {
    if id.contains(':') {
        return Some("with a colon it names a user channel, and an unlock goes to the device");
    }
    let fits =
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (!fits).then_some("letters, digits, - and _ only, at most 64")
}

/// Why that can't be a short name.
pub fn bad_short_name(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        return Some("is empty");
    }
    if name.chars().any(|c| is_dangerous(c) || c.is_control()) || name.contains('/') {
        return Some("holds signs that no account's name has");
    }
    (name.chars().count() > 255).then_some("is too long")
}

#[cfg(test)]
mod tests;
