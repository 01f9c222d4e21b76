use super::*;
use crate::provider::ids::guid;

#[test]
fn ids_are_the_same_there_and_back() {
    let guid_bytes = [0x7f, 0xf4, 0xd5, 0x63, 0x93, 0xd8, 0x30, 0x49, 0xaa, 0xec, 0x74, 0x58, 0x89, 0x34, 0x7f, 0x45];
    let text = guid_text(&guid_bytes).unwrap();
    assert_eq!(text, "63d5f47f-d893-4930-aaec-745889347f45");
    assert_eq!(guid(&format!("{{{}}}", text.to_uppercase())).unwrap().to_bytes_le(), guid_bytes);
    assert_eq!(guid_text(&[1, 2]), None);
    let sid = "S-1-5-21-1213354581-12807937-1101588209-1104";
    assert_eq!(sid_text(&sid_bytes(sid).unwrap()).as_deref(), Some(sid));
    for wrong in ["S-1-5", "S-1-5-x", "S-1-5-21-99999999999", "x"] {
        assert_eq!(sid_bytes(wrong), None, "{wrong}");
    }
    assert_eq!(sid_text(&[1, 5, 0, 0, 0, 0, 0, 5, 1]), None);
    assert_eq!(filter_bytes(&[0, 0x2a, 0xff]), r"\00\2a\ff");
}

#[test]
fn names_are_told_apart() {
    assert!(is_unique_id("dcdda685-e60311f1-ae2ed70a-b98bce79"));
    assert!(!is_unique_id("63d5f47f-d893-4930-aaec-745889347f45"));
    for (text, expected) in [
        ("CN=bob,OU=Staff,DC=unbolt,DC=test", true),
        (r"CN=O'Connor\, Carol (Desk #1),OU=Staff,DC=x", true),
        ("uid=alice,ou=people,dc=unbolt", true),
        ("bob", false),
        ("a=b", false),
        ("CN=,DC=x", false),
        (r"CN=a,DC=x\", false),
    ] {
        assert_eq!(is_dn(text), expected, "{text}");
    }
    let dn = r"CN=NTDS Settings,CN=DC\,1,CN=Servers,CN=Berlin,CN=Sites";
    assert_eq!(rdn_value(dn, 1).as_deref(), Some("DC,1"));
    assert_eq!(rdn_value(dn, 3).as_deref(), Some("Berlin"));
    assert_eq!(rdn_value(dn, 9), None);
}
