use lber::common::TagClass;
use lber::structure::PL;

use super::*;

impl LdapEntry {
    /// An entry of those attributes.
    pub fn of(dn: &str, attributes: &[(&str, &[u8])]) -> Self {
        let mut entry = Self { dn: dn.to_owned(), attributes: HashMap::new() };
        for (name, value) in attributes {
            entry.attributes.entry(name.to_lowercase()).or_default().push(value.to_vec());
        }
        entry
    }
}

fn octets(text: &[u8]) -> StructureTag {
    StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(text.to_vec()) }
}

fn sequence(parts: Vec<StructureTag>) -> StructureTag {
    StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) }
}

#[test]
fn an_entry_is_read_whatever_its_bytes_and_a_wrong_form_is_no_entry() {
    let values = sequence(vec![octets(b"\xff\xfe"), octets(b"3")]);
    let attributes = sequence(vec![sequence(vec![octets(b"badPwdCount"), values])]);
    let entry = LdapEntry::read(sequence(vec![octets(b"CN=a\xff,DC=x"), attributes])).unwrap();
    assert_eq!((entry.dn.as_str(), entry.values("BADPWDCOUNT").len()), ("CN=a\u{fffd},DC=x", 2));
    for wrong in [octets(b""), sequence(vec![]), sequence(vec![octets(b"x"), octets(b"y")])] {
        assert_eq!(LdapEntry::read(wrong), None);
    }
}
