use super::*;

#[test]
fn controllers_of_other_domains_are_left_out() {
    let server = |name: &str, host: &str| {
        let dn = format!("CN={name},CN=Servers,CN=Berlin,CN=Sites,CN=Configuration,DC=unbolt,DC=test");
        let settings = format!("CN=NTDS Settings,{dn}");
        (LdapEntry::of(&dn, &[("objectClass", b"server"), ("dNSHostName", host.as_bytes())]), settings)
    };
    let (dc1, settings1) = server("DC1", "DC1.unbolt.test");
    let (dc2, settings2) = server("DC2", "dc2.unbolt.test");
    let (dc9, settings9) = server("DC9", "dc9.other.test");
    let class: (&str, &[u8]) = ("objectClass", b"nTDSDSA");
    let ours: (&str, &[u8]) = ("hasMasterNCs", b"DC=unbolt,DC=test");
    let entries = [
        dc1,
        dc2,
        dc9,
        LdapEntry::of(&settings1, &[class, ours, ("invocationId", &[7; 16])]),
        LdapEntry::of(&settings2, &[class, ("msDS-hasFullReplicaNCs", ours.1), ("msDS-isRODC", b"TRUE")]),
        LdapEntry::of(&settings9, &[class, ("hasMasterNCs", b"DC=other,DC=test")]),
    ];
    let found = of(&entries, "DC=unbolt,DC=test");
    let told: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.host.as_str(), one.is_read_only)).collect();
    assert_eq!(told, [("DC1", "dc1.unbolt.test", false), ("DC2", "dc2.unbolt.test", true)]);
    assert_eq!(found[0].site.as_deref(), Some("Berlin"));
}

#[test]
fn a_host_belongs_to_its_domain() {
    assert_eq!(dns_domain("DC=Unbolt,DC=test"), "unbolt.test");
    let cases =
        [("dc1.unbolt.test", true), ("unbolt.test", false), ("evilunbolt.test", false), ("dc.a.unbolt.test", true)];
    for (host, expected) in cases {
        assert_eq!(is_inside(host, "unbolt.test"), expected, "{host}");
    }
    assert!(!is_inside("dc1.evil.example", ""));
}
