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

/// A name server that answers each question as the next of these tells it to, after that many milliseconds; a question beyond
/// them stays without an answer.
async fn name_server(answers: Vec<Option<RCODE>>, late: u64) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        for code in answers {
            let mut asked = vec![0; LARGEST];
            let (length, from) = socket.recv_from(&mut asked).await.unwrap();
            let Some(code) = code else { continue };
            tokio::time::sleep(Duration::from_millis(late)).await;
            let mut reply = Packet::new_reply(Packet::parse(&asked[..length]).unwrap().id());
            *reply.rcode_mut() = code;
            if code == RCODE::NoError {
                let srv = SRV { priority: 0, weight: 100, port: 389, target: Name::new("dc1.unbolt.test").unwrap() };
                let name = Name::new("_ldap._tcp.dc._msdcs.unbolt.test").unwrap();
                reply.answers.push(ResourceRecord::new(name, CLASS::IN, 600, RData::SRV(srv)));
            }
            socket.send_to(&reply.build_bytes_vec().unwrap(), from).await.unwrap();
        }
        std::future::pending::<()>().await;
    });
    address
}

#[tokio::test]
async fn a_lost_question_is_asked_again_and_a_server_that_failed_is_passed_over() {
    let dc1 = Some(vec!["dc1.unbolt.test".to_owned()]);
    let (answers, fails, refuses) = (Some(RCODE::NoError), Some(RCODE::ServerFailure), Some(RCODE::Refused));
    let cases = [
        (vec![vec![answers]], dc1.clone()),
        (vec![vec![None], vec![None, answers]], dc1.clone()),
        (vec![vec![None, answers]], dc1.clone()),
        (vec![vec![fails, answers]], dc1.clone()),
        (vec![vec![refuses, refuses], vec![answers]], dc1),
        (vec![vec![Some(RCODE::NameError)]], Some(Vec::new())),
        (vec![vec![fails, refuses]], None),
        (vec![], None),
    ];
    for (servers, expected) in cases {
        let mut addresses = Vec::new();
        for answers in &servers {
            addresses.push(name_server(answers.clone(), 0).await);
        }
        assert_eq!(hosts_of("unbolt.test", &addresses).await, expected, "{servers:?}");
    }
}

#[tokio::test]
async fn a_busy_server_has_longer_for_the_question_that_it_is_asked_again() {
    let server = name_server(vec![None, Some(RCODE::NoError)], 2_000).await;
    assert_eq!(hosts_of("unbolt.test", &[server]).await, Some(vec!["dc1.unbolt.test".to_owned()]));
}
