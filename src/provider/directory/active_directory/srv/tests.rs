use simple_dns::ResourceRecord;
use simple_dns::rdata::SRV;

use super::*;

#[test]
fn hosts_outside_the_domain_are_not_taken() {
    let mut packet = Packet::new_reply(7);
    for target in ["dc1.unbolt.test", "DC2.Unbolt.test", "evil.example", "unbolt.test.evil.example"] {
        let srv = SRV { priority: 0, weight: 100, port: 389, target: Name::new(target).unwrap() };
        let name = Name::new("_ldap._tcp.dc._msdcs.unbolt.test").unwrap();
        packet.answers.push(ResourceRecord::new(name, CLASS::IN, 600, RData::SRV(srv)));
    }
    let bytes = packet.build_bytes_vec().unwrap();
    assert_eq!(targets(&bytes, "unbolt.test").unwrap(), ["dc1.unbolt.test", "dc2.unbolt.test"]);
    assert_eq!(targets(&bytes[..20], "unbolt.test"), None);
    assert!(question("_ldap._tcp.dc._msdcs.unbolt.test", 7).is_some());
}
