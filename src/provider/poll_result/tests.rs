use super::*;

#[test]
fn spellings_of_one_id_are_one_id() {
    let same = [
        ("{7A4267CE-D354-44E7-8BD6-C681F1284A41}", "7a4267ce-d354-44e7-8bd6-c681f1284a41"),
        ("CN=John Smith, CN=Users, DC=example,DC=com", "cn=John Smith,CN=users,dc=Example,DC=com"),
        (r"CN=Smith\, John,DC=example", r"CN=Smith\2C John,DC=example"),
        (r"CN=R\+D,DC=example", r"CN=R\2BD,DC=example"),
        (r"CN=S\c3\b8ren,DC=example", "CN=Søren,DC=example"),
    ];
    for (a, b) in same {
        assert_eq!(normal_id(a), normal_id(b), "{a}");
    }
    assert_ne!(normal_id(r"CN=Smith\, John,DC=example"), normal_id("CN=Smith,John,DC=example"));
    assert_ne!(normal_id("CN=a,DC=example"), normal_id("CN=b,DC=example"));
}
