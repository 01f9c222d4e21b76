//! The controllers that DNS names: one question for `_ldap._tcp.dc._msdcs.DOMAIN`. What comes back is untrusted: only hosts
//! inside the domain are taken, and each still has to show a certificate of its name.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, sleep_until, timeout};

/// Where name servers listen.
const PORT: u16 = 53;
/// All name servers are asked side by side in each of these rounds, and have that long for an answer: UDP loses a question now
/// and then, a server that is busy answers late, and one that has just started fails for a moment.
const ROUNDS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
/// A round takes no less: who failed at once is asked again after that.
const PAUSE: Duration = Duration::from_secs(1);
/// The largest answer over UDP that is taken, in bytes; a longer one is asked for over TCP.
const LARGEST: usize = 4_096;
/// More controllers than any domain has.
const MOST: usize = 1_000;

/// The hosts of the domain's controllers, as the first name server that answers names them; none where nobody answers.
pub async fn hosts(domain: &str, name_server: Option<IpAddr>) -> Option<Vec<String>> {
    let servers = match name_server {
        Some(address) => vec![address],
        None => system_servers().await,
    };
    let servers: Vec<SocketAddr> = servers.into_iter().map(|server| SocketAddr::new(server, PORT)).collect();
    hosts_of(domain, &servers).await
}

async fn hosts_of(domain: &str, servers: &[SocketAddr]) -> Option<Vec<String>> {
    let asked = format!("_ldap._tcp.dc._msdcs.{domain}");
    for patience in ROUNDS {
        let began = Instant::now();
        let mut asking: FuturesUnordered<_> = servers.iter().map(|server| ask(&asked, *server, patience)).collect();
        while let Some(answer) = asking.next().await {
            if let Some(answer) = answer {
                return targets(&answer, domain);
            }
        }
        sleep_until(began + patience.min(PAUSE)).await;
    }
    None
}

async fn system_servers() -> Vec<IpAddr> {
    let read = tokio::task::spawn_blocking(|| std::fs::read_to_string("/etc/resolv.conf")).await;
    let text = read.ok().and_then(Result::ok).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver")?.trim().split('%').next()?.parse().ok())
        .take(3)
        .collect()
}

fn question(name: &str, id: u16) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).ok()?.into_owned();
    packet.questions.push(Question::new(name, QTYPE::TYPE(TYPE::SRV), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().ok()
}

async fn ask(name: &str, server: SocketAddr, patience: Duration) -> Option<Vec<u8>> {
    let id = u16::from_le_bytes(*uuid::Uuid::new_v4().as_bytes().first_chunk()?);
    let question = question(name, id)?;
    let answer = timeout(patience, by_udp(&question, server)).await.ok()??;
    let packet = Packet::parse(&answer).ok()?;
    // A server that failed or refuses knows nothing of the name; that there is no such name is an answer.
    let is_answer = matches!(packet.rcode(), RCODE::NoError | RCODE::NameError);
    if packet.id() != id || !is_answer {
        return None;
    }
    if packet.has_flags(PacketFlag::TRUNCATION) {
        return timeout(patience, by_tcp(&question, server)).await.ok()?;
    }
    Some(answer)
}

async fn by_udp(question: &[u8], server: SocketAddr) -> Option<Vec<u8>> {
    let own = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(own).await.ok()?;
    socket.connect(server).await.ok()?;
    socket.send(question).await.ok()?;
    let mut answer = vec![0; LARGEST];
    let length = socket.recv(&mut answer).await.ok()?;
    answer.truncate(length);
    Some(answer)
}

async fn by_tcp(question: &[u8], server: SocketAddr) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await.ok()?;
    stream.write_u16(u16::try_from(question.len()).ok()?).await.ok()?;
    stream.write_all(question).await.ok()?;
    let length = stream.read_u16().await.ok()?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await.ok()?;
    Some(answer)
}

/// The targets of an answer that lie in the domain; none where it is no answer.
fn targets(answer: &[u8], domain: &str) -> Option<Vec<String>> {
    let packet = Packet::parse(answer).ok()?;
    let found = packet.answers.iter().take(MOST).filter_map(|record| match &record.rdata {
        RData::SRV(srv) => Some(srv.target.to_string().trim_end_matches('.').to_lowercase()),
        _ => None,
    });
    Some(found.filter(|host| super::controllers::is_inside(host, domain)).collect())
}

#[cfg(test)]
mod tests;
