use crate::provider::directory::{active_directory, openldap};

use super::*;

#[test]
fn no_name_becomes_a_part_of_the_filter() {
    let exact = |text: &str| filter(&active_directory::SPEC, &Query::new(text, MatchMode::Exact));
    let (bob, resolved) = exact("bob");
    assert!(bob.starts_with("(&(sAMAccountType=805306368)(|(sAMAccountName=bob)") && !resolved, "{bob}");
    let (injected, _) = exact("*)(objectClass=*");
    assert!(!injected.contains("*)(") && injected.contains(r"\2a\29\28objectClass=\2a"), "{injected}");
    assert!(exact("63d5f47f-d893-4930-aaec-745889347f45").0.contains(r"(objectGUID=\7f\f4\d5\63"));
    assert!(exact("S-1-5-21-1-2-3-500").1);
    let (dn, resolved) = exact(r"CN=O'Connor\, Carol (Desk #1),OU=Staff,DC=x");
    assert!(resolved && dn.contains(r"(distinguishedName=CN=O'Connor\5c, Carol \28Desk #1\29,OU=Staff,DC=x)"), "{dn}");
    let (words, _) = filter(&openldap::SPEC, &Query::new("ada love", MatchMode::Prefix));
    assert!(words.contains("(uid=ada*)") && words.contains("(sn=love*)"), "{words}");
    for text in ["", "a", "\0", "(", "Z\u{fc}rich*", "\\"] {
        for how in [MatchMode::Exact, MatchMode::Prefix] {
            for spec in [&active_directory::SPEC, &openldap::SPEC] {
                let filter = filter(spec, &Query::new(text, how)).0;
                assert!(ldap3::parse_filter(&filter).is_ok(), "{filter}");
            }
        }
    }
}
