use super::*;

#[test]
fn ids_are_told_from_names() {
    let cases = [
        ("7a4267ce-d354-44e7-8bd6-c681f1284a41", true),
        ("{7a4267ce-d354-44e7-8bd6-c681f1284a41}", true),
        ("7a4267ced35444e78bd6c681f1284a41", false),
        ("S-1-5-21-3635565734-1729062999-1822655016-1627", true),
        ("S-1-5", false),
        ("S-1-5-21-x", false),
        ("CN=John Smith,CN=Users,DC=example,DC=com", true),
        (r"CN=Smith\, John,OU=Søren Ærø,DC=example,DC=com", true),
        (r"CN=Smith\,DC=example", false),
        ("CN=John Smith,CN=Users", false),
        ("jsmith", false),
        ("jsmith@example.com", false),
    ];
    for (text, expected) in cases {
        assert_eq!(is_id(text), expected, "{text}");
    }
}
