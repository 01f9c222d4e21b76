//! JSON from outside. What an answer has to hold is a table of each backend; beyond that it is read leniently: an odd
//! member costs its fact, and an odd row costs that row.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::Untrusted;

/// What a required member has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// Text, or a number that stands for one.
    Text,
    /// A list; `null` is an empty one.
    List,
    /// Anything.
    Any,
}

/// The members without which an answer isn't what it should be.
#[derive(Debug)]
pub struct Shape {
    /// What it is, for messages: `a list of users`.
    pub name: &'static str,
    /// The required members; a dot leads into an object, and of names beside a bar one has to be there.
    pub needs: &'static [(&'static str, JsonKind)],
}

impl Shape {
    /// What is missing or of the wrong type, in words; none when the answer has this shape.
    pub fn lacks(&self, object: &Object) -> Option<String> {
        let fits = |(paths, is): &(&'static str, JsonKind)| paths.split('|').any(|path| object.has(path, *is));
        let (path, _) = self.needs.iter().find(|need| !fits(need))?;
        Some(format!("{} without `{path}`", self.name))
    }
}

/// A JSON object whose members are read one by one.
#[derive(Clone, Debug, Default)]
pub struct Object(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    // Which of two counts, nobody knows.
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member stands twice"));
                    }
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl Object {
    /// Reads an object that has this shape.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str, shape: &Shape) -> Result<Self, String> {
        let object: Self = serde_json::from_str(text).map_err(|e| format!("{}: {e}", shape.name))?;
        shape.lacks(&object).map_or(Ok(object), Err)
    }

    /// The raw value of a member; none for a missing one and for `null`.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|raw| raw.get()).filter(|raw| *raw != "null")
    }

    /// The name of a member whatever its case.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.0.keys().find(|own| own.eq_ignore_ascii_case(name)).map(String::as_str)
    }

    /// The names of all members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn has(&self, path: &str, is: JsonKind) -> bool {
        let Some((head, rest)) = path.split_once('.') else {
            let Some(raw) = self.0.get(path).map(|raw| raw.get()) else { return false };
            return match is {
                JsonKind::Text => text(raw).is_some(),
                JsonKind::List => raw.starts_with('[') || raw == "null",
                JsonKind::Any => true,
            };
        };
        match self.0.get(head).map(|raw| raw.get()) {
            // A collection that isn't there at all is an empty one, where the answer says so itself.
            Some("null") => is == JsonKind::List,
            Some(_) => self.object(head).is_some_and(|inner| inner.has(rest, is)),
            None => false,
        }
    }

    /// True where that member is a list, if an empty one.
    pub fn has_list(&self, name: &str) -> bool {
        self.has(name, JsonKind::List)
    }

    /// A text that is not blank; a number stands for one.
    pub fn text(&self, name: &str) -> Option<Untrusted> {
        text(self.raw(name)?).filter(|text| !text.is_blank())
    }

    /// True where that text is there and is this one, as names are compared.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|own| own.same_name(text))
    }

    /// A flag; none when it is missing or something else.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.raw(name)?.parse().ok()
    }

    /// A whole number, also written as text or as `5.0`.
    pub fn integer(&self, name: &str) -> Option<i64> {
        let text = text(self.raw(name)?)?;
        let text = text.as_data().trim();
        let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0'));
        whole.map_or(text, |(whole, _)| whole).parse().ok()
    }

    /// A number of things, none of them negative.
    pub fn count(&self, name: &str) -> Option<u32> {
        self.integer(name).and_then(|number| u32::try_from(number).ok())
    }

    /// A moment (ISO 8601); none when it is missing or something else.
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.text(name)?.as_data().trim().parse().ok()
    }

    /// An object inside.
    pub fn object(&self, name: &str) -> Option<Self> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// A member inside an object inside: its text.
    pub fn inner_text(&self, object: &str, name: &str) -> Option<Untrusted> {
        self.object(object)?.text(name)
    }

    /// The items of a list, each as it stands; a missing, odd or `null` list is empty.
    pub fn list(&self, name: &str) -> Vec<&RawValue> {
        self.raw(name).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }

    /// The objects of a list; what is none is left out.
    pub fn objects(&self, name: &str) -> Vec<Self> {
        self.list(name).into_iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect()
    }

    /// The texts of a list, or the one text that stands in its place.
    pub fn texts(&self, name: &str) -> Vec<Untrusted> {
        let Some(raw) = self.raw(name) else { return Vec::new() };
        match serde_json::from_str::<Vec<&RawValue>>(raw) {
            Ok(items) => items.into_iter().filter_map(|item| text(item.get())).filter(|one| !one.is_blank()).collect(),
            Err(_) => self.text(name).into_iter().collect(),
        }
    }
}

/// Text, or a number or flag as it is written.
pub fn text(raw: &str) -> Option<Untrusted> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(raw.into()),
    }
}

#[cfg(test)]
mod tests;
