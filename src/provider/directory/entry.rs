//! An entry of a directory as a server sent it. Names of attributes are compared without case; values stay bytes until
//! somebody asks for a text, a number or a moment.

use std::collections::HashMap;

use jiff::Timestamp;
use lber::structure::StructureTag;

use crate::domain::Untrusted;
use crate::settings::redactor;

use super::{ids, times};

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LdapEntry {
    /// Its distinguished name.
    pub dn: String,
    attributes: HashMap<String, Vec<Vec<u8>>>,
}

impl LdapEntry {
    /// Reads a `SearchResultEntry` (RFC 4511 §4.5.2); none where it has another form.
    pub fn read(tag: StructureTag) -> Option<Self> {
        let mut whole = tag.expect_constructed()?.into_iter();
        let dn = String::from_utf8_lossy(&whole.next()?.expect_primitive()?).into_owned();
        let mut attributes: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
        for attribute in whole.next()?.expect_constructed()? {
            let mut attribute = attribute.expect_constructed()?.into_iter();
            let name = String::from_utf8(attribute.next()?.expect_primitive()?).ok()?.to_lowercase();
            let values = attribute.next()?.expect_constructed()?.into_iter().map(StructureTag::expect_primitive);
            attributes.entry(name).or_default().extend(values.collect::<Option<Vec<_>>>()?);
        }
        Some(Self { dn, attributes })
    }

    /// Every value of an attribute.
    pub fn values(&self, name: &str) -> &[Vec<u8>] {
        self.attributes.get(&name.to_lowercase()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first value as bytes.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.values(name).first().map(Vec::as_slice)
    }

    /// The values as texts from outside.
    pub fn texts(&self, name: &str) -> Vec<Untrusted> {
        let text = |value: &Vec<u8>| redactor::redacted_text(&String::from_utf8_lossy(value)).into();
        self.values(name).iter().map(text).collect()
    }

    /// The first value as a text from outside; none where it is empty.
    pub fn text(&self, name: &str) -> Option<Untrusted> {
        self.texts(name).into_iter().next().filter(|text| !text.is_blank())
    }

    /// The first value as it is, for comparing with words of the protocol.
    pub fn word(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// The first value as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.word(name)?.trim().parse().ok()
    }

    /// The first value as a count.
    pub fn count(&self, name: &str) -> Option<u32> {
        u32::try_from(self.number(name)?).ok()
    }

    /// True where one value is that word, whatever its case.
    pub fn is(&self, name: &str, word: &str) -> bool {
        self.values(name).iter().any(|value| value.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// A moment kept as 100 ns since 1601; none for 0 and for "never".
    pub fn filetime(&self, name: &str) -> Option<Timestamp> {
        times::from_filetime(self.number(name)?)
    }

    /// A moment kept as `YYYYMMDDHHMMSS[.f]Z`.
    pub fn generalized(&self, name: &str) -> Option<Timestamp> {
        times::from_generalized(self.word(name)?)
    }

    /// A GUID kept as 16 bytes in Microsoft's order.
    pub fn guid(&self, name: &str) -> Option<String> {
        ids::guid_text(self.bytes(name)?)
    }
}

#[cfg(test)]
mod tests;
