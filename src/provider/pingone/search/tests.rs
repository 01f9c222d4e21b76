use super::*;

#[test]
fn only_the_apis_own_pages_are_followed() {
    let environment = Url::parse("https://api.pingone.eu/v1/environments/e1").unwrap();
    let cases = [
        ("https://api.pingone.eu/v1/environments/e1/users?cursor=x", true),
        ("/v1/environments/e1/users?cursor=x", true),
        ("https://api.pingone.eu.evil.example/v1/environments/e1/users", false),
        ("http://api.pingone.eu/v1/environments/e1/users", false),
        ("https://api.pingone.eu:8443/v1/environments/e1/users", false),
        ("https://api.pingone.eu/v1/environments/e2/users", false),
        ("https://api.pingone.eu/v1/environments/e1evil/users", false),
        ("https://a:b@api.pingone.eu/v1/environments/e1/users", false),
        ("//evil.example/v1/environments/e1/users", false),
        ("https://api.pingone.eu/v1/environments/e1/../e2/users", false),
    ];
    for (href, follows) in cases {
        assert_eq!(same_origin(&environment, &href.into()).is_ok(), follows, "{href}");
    }
}
