use super::*;

#[test]
fn an_address_without_tls_stays_on_this_machine() {
    let cases = [
        ("ldaps://dc1.unbolt.test", false, Ok("ldaps://dc1.unbolt.test:636")),
        ("ldap://dc1.unbolt.test", true, Ok("ldap://dc1.unbolt.test:389")),
        ("ldap://127.0.0.1:3890", false, Ok("ldap://127.0.0.1:3890")),
        ("ldap://localhost", false, Ok("ldap://localhost:389")),
        ("ldap://dc1.unbolt.test", false, Err("plain ldap")),
        ("ldap://127.0.0.1.evil.example", false, Err("plain ldap")),
        ("ldaps://dc1", true, Err("start_tls")),
        ("ldaps://[fd00::1]", false, Err("host name")),
        ("ldaps://user:pw@dc1", false, Err("only scheme")),
        ("https://dc1", false, Err("no scheme")),
        ("dc1", false, Err("no address")),
    ];
    for (text, start_tls, expected) in cases {
        match (address(text, start_tls), expected) {
            (Ok(address), Ok(url)) => assert_eq!(address.url(), url),
            (Err(why), Err(part)) => assert!(why.contains(part) && !why.contains("pw"), "{text}: {why}"),
            (got, _) => panic!("{text}: {got:?}"),
        }
    }
}
