//! Messages of LDAP (RFC 4511), read from their BER and written to it.

use std::io;

use bytes::BytesMut;
use lber::common::TagClass;
use lber::structure::{PL, StructureTag};

/// A request that is larger is none.
const LARGEST: usize = 16 * 1024 * 1024;

/// One message: its number, what it asks, its controls.
#[derive(Debug)]
pub struct LdapMessage {
    pub id: i64,
    pub operation: StructureTag,
    pub controls: Vec<StructureTag>,
}

/// Takes one message off the buffer; none while it isn't whole.
pub fn take(buffer: &mut BytesMut) -> io::Result<Option<LdapMessage>> {
    let odd = || io::Error::from(io::ErrorKind::InvalidData);
    let (left, tag) = match lber::Parser::new().parse(buffer) {
        Ok((rest, tag)) => (rest.len(), tag),
        Err(lber::Err::Incomplete(_)) if buffer.len() <= LARGEST => return Ok(None),
        Err(_) => return Err(odd()),
    };
    let taken = buffer.len() - left;
    let _ = buffer.split_to(taken);
    let mut parts = parts(&tag).ok_or_else(odd)?.iter();
    let id = parts.next().and_then(integer).ok_or_else(odd)?;
    let operation = parts.next().ok_or_else(odd)?.clone();
    let controls = parts.next().and_then(self::parts).unwrap_or_default().to_vec();
    Ok(Some(LdapMessage { id, operation, controls }))
}

pub fn parts(tag: &StructureTag) -> Option<&[StructureTag]> {
    match &tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

pub fn octets(tag: &StructureTag) -> Option<&[u8]> {
    match &tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}

pub fn text(tag: &StructureTag) -> Option<String> {
    Some(String::from_utf8_lossy(octets(tag)?).into_owned())
}

pub fn integer(tag: &StructureTag) -> Option<i64> {
    let bytes = octets(tag)?;
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
    (bytes.len() <= 8).then(|| bytes.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
}

fn tag(class: TagClass, id: u64, payload: PL) -> StructureTag {
    StructureTag { class, id, payload }
}

pub fn string(text: impl AsRef<[u8]>) -> StructureTag {
    tag(TagClass::Universal, 4, PL::P(text.as_ref().to_vec()))
}

fn number(id: u64, number: i64) -> StructureTag {
    let bytes = number.to_be_bytes();
    let skipped = bytes.windows(2).take_while(|pair| matches!(pair, [0, next] if next & 0x80 == 0)).count();
    tag(TagClass::Universal, id, PL::P(bytes.get(skipped..).unwrap_or_default().to_vec()))
}

pub fn sequence(parts: Vec<StructureTag>) -> StructureTag {
    tag(TagClass::Universal, 16, PL::C(parts))
}

fn set(parts: Vec<StructureTag>) -> StructureTag {
    tag(TagClass::Universal, 17, PL::C(parts))
}

/// A result of the operation with that application number.
pub fn result(application: u64, code: u32, words: &str) -> StructureTag {
    let parts = vec![number(10, i64::from(code)), string(""), string(words)];
    tag(TagClass::Application, application, PL::C(parts))
}

/// An entry that was found.
pub fn entry(dn: &str, attributes: &[(String, Vec<Vec<u8>>)]) -> StructureTag {
    let one = |(name, values): &(String, Vec<Vec<u8>>)| {
        sequence(vec![string(name), set(values.iter().map(string).collect())])
    };
    let attributes = sequence(attributes.iter().map(one).collect());
    tag(TagClass::Application, 4, PL::C(vec![string(dn), attributes]))
}

/// A place where the search would go on.
pub fn reference(url: &str) -> StructureTag {
    tag(TagClass::Application, 19, PL::C(vec![string(url)]))
}

/// The control that a page ends with (RFC 2696).
pub fn page_control(cookie: &str) -> StructureTag {
    let value = encoded(sequence(vec![number(2, 0), string(cookie)]));
    let control = sequence(vec![string(PAGED), string(value)]);
    tag(TagClass::Context, 0, PL::C(vec![control]))
}

/// The number of the control.
pub const PAGED: &str = "1.2.840.113556.1.4.319";

/// The size and the cookie of a page that is asked for; none where no page is.
pub fn page(controls: &[StructureTag]) -> Option<(i64, String)> {
    let control =
        controls.iter().filter_map(parts).find(|control| control.first().and_then(text).as_deref() == Some(PAGED))?;
    let value = octets(control.last()?)?;
    let (_, value) = lber::Parser::new().parse(value).ok()?;
    match parts(&value)? {
        [size, cookie] => Some((integer(size)?, text(cookie)?)),
        _ => None,
    }
}

fn encoded(tag: StructureTag) -> Vec<u8> {
    let mut buffer = BytesMut::new();
    let _ = lber::write::encode_into(&mut buffer, tag);
    buffer.to_vec()
}

/// A whole answer as bytes.
pub fn message(id: i64, operation: StructureTag, controls: Option<StructureTag>) -> Vec<u8> {
    let mut parts = vec![number(2, id), operation];
    parts.extend(controls);
    encoded(sequence(parts))
}
