//! Networks as companies have them: proxies that want a login or refuse, socks, variables that aren't heard, gateways
//! that compress, servers with old TLS.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Ran, bare_command};
use crate::tls;

const HOST: &str = "api.corp.test";

/// A stand-in for whatever stands on the way: each connection is given to `serve`, with the place of the system.
fn on_the_way(system: u16, serve: fn(TcpStream, u16, &Mutex<Vec<String>>)) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<String>>>::default());
    let log = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let log = Arc::clone(&log);
            std::thread::spawn(move || serve(stream.unwrap(), system, &log));
        }
    });
    (port, heard)
}

fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn joined(client: TcpStream, system: u16) {
    let server = TcpStream::connect(("127.0.0.1", system)).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let up = std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    let (mut from, mut to) = (server, client);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Both);
    let _ = up.join();
}

/// An HTTP proxy that wants the login `desk:geheim-99`.
fn wants_login(mut client: TcpStream, system: u16, log: &Mutex<Vec<String>>) {
    let head = head(&mut client);
    let login = format!("Proxy-Authorization: Basic {}", STANDARD.encode("desk:geheim-99")).to_lowercase();
    let is_known = head.to_lowercase().contains(&login);
    log.lock().unwrap().push(head);
    if is_known {
        let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        joined(client, system);
    } else {
        let answer = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 5\r\n\r\nlogin";
        let _ = client.write_all(answer.as_bytes());
    }
}

/// A web filter.
fn blocks(mut client: TcpStream, _: u16, log: &Mutex<Vec<String>>) {
    log.lock().unwrap().push(head(&mut client));
    let body = "<html><body>blocked by the web filter</body></html>";
    let _ = write!(
        client,
        "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
}

/// What `ssh -D` speaks: SOCKS 5 without a login (RFC 1928).
fn socks(mut client: TcpStream, system: u16, log: &Mutex<Vec<String>>) {
    let mut hello = [0; 2];
    client.read_exact(&mut hello).unwrap();
    let mut methods = vec![0; usize::from(hello[1])];
    client.read_exact(&mut methods).unwrap();
    client.write_all(&[5, 0]).unwrap();
    let mut request = [0; 5];
    client.read_exact(&mut request).unwrap();
    let mut name = vec![0; usize::from(request[4]) + 2];
    client.read_exact(&mut name).unwrap();
    log.lock().unwrap().push(String::from_utf8_lossy(&name[..name.len() - 2]).into_owned());
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
    joined(client, system);
}

/// A provider behind a proxy; its system is a TLS server with a certificate for a name that only the proxy reaches.
fn find(system: &tls::Server, proxy: &str, more: &str, variables: &[(&str, &str)]) -> Ran {
    let place = tempfile::tempdir().unwrap();
    let pem = place.path().join("ca.pem");
    std::fs::write(&pem, &system.authority).unwrap();
    let proxy = if proxy.is_empty() { String::new() } else { format!("proxy = \"{proxy}\"\n") };
    let text = format!(
        "[[provider]]\nname = \"jc\"\nkind = \"jumpcloud\"\napi_key = {{ env = \"SECRET\" }}\nbase_url = \"https://{HOST}\"\n\
         ca_file = \"{}\"\n{proxy}{more}\n",
        pem.display()
    );
    let config = place.path().join("c.toml");
    std::fs::write(&config, text).unwrap();
    let mut command = bare_command(place.path());
    command.env("SECRET", "planted-key").envs(variables.iter().copied());
    Ran::from(command.arg("--config").arg(&config).args(["find", "ada"]).output().unwrap())
}

#[test]
fn a_proxy_that_wants_a_login_says_so_and_gets_it_by_reference() {
    let system = tls::server((2020, 2100), HOST);
    let (port, heard) = on_the_way(system.port, wants_login);
    let proxy = format!("http://127.0.0.1:{port}");
    let ran = find(&system, &proxy, "", &[]);
    assert!(ran.code == 1 && ran.err.contains("the proxy wants a login") && ran.err.contains("proxy_login"), "{ran:?}");
    assert!(ran.err.contains("HTTP 407") && !ran.err.contains("can't be reached"), "{ran:?}");
    assert!(heard.lock().unwrap().len() <= 2, "asked once, and once why: {:?}", heard.lock().unwrap());
    assert!(heard.lock().unwrap().iter().all(|head| head.matches("\r\n\r\n").count() == 1), "a head ends once");
    let login = "proxy_login = { env = \"PROXY\" }";
    let ran = find(&system, &proxy, login, &[("PROXY", "desk:wrong-one")]);
    assert!(ran.err.contains("the proxy refused its login") && !ran.err.contains("wrong-one"), "{ran:?}");
    let ran = find(&system, &proxy, login, &[("PROXY", "desk:geheim-99")]);
    assert!(ran.err.contains("HTTP 401"), "the system itself was reached: {ran:?}");
    assert!(!ran.err.contains("geheim"), "{ran:?}");
    assert!(heard.lock().unwrap().iter().all(|head| !head.contains("planted-key")), "the proxy never sees the key");
}

#[test]
fn a_proxy_that_refuses_is_told_by_its_status() {
    let system = tls::server((2020, 2100), HOST);
    let (port, heard) = on_the_way(system.port, blocks);
    let ran = find(&system, &format!("http://127.0.0.1:{port}"), "", &[]);
    assert!(
        ran.code == 1 && ran.err.contains("the proxy refused to connect") && ran.err.contains("HTTP 403"),
        "{ran:?}"
    );
    assert!(ran.err.contains(HOST) && heard.lock().unwrap().len() <= 2, "{ran:?}");
}

#[test]
fn the_way_out_may_be_a_socks_proxy() {
    let system = tls::server((2020, 2100), HOST);
    let (port, heard) = on_the_way(system.port, socks);
    let ran = find(&system, &format!("socks5h://127.0.0.1:{port}"), "", &[]);
    assert!(ran.err.contains("HTTP 401"), "the system itself was reached: {ran:?}");
    assert_eq!(heard.lock().unwrap()[0], HOST, "the proxy looks the name up");
}

#[test]
fn a_variable_that_names_a_proxy_and_is_not_heard_is_named() {
    let system = tls::server((2020, 2100), HOST);
    let ran = find(&system, "", "", &[("HTTPS_PROXY", "http://proxy.corp.test:3128")]);
    assert!(ran.code == 1 && ran.err.contains("HTTPS_PROXY is set and isn't heard"), "{ran:?}");
    let ran = find(&system, "", "", &[]);
    assert!(!ran.err.contains("HTTPS_PROXY"), "{ran:?}");
}

/// A server that answers each connection with these bytes.
fn answers(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0; 4096]);
        }
    });
    port
}

#[test]
fn a_server_with_old_tls_is_told_from_a_firewall() {
    // Alerts: protocol_version, handshake_failure (RFC 8446 §6.2).
    for alert in [b"\x15\x03\x01\x00\x02\x02\x46", b"\x15\x03\x03\x00\x02\x02\x28"] {
        let port = answers(alert);
        let place = tempfile::tempdir().unwrap();
        let config = place.path().join("c.toml");
        let text = format!(
            "[[provider]]\nname = \"jc\"\nkind = \"jumpcloud\"\napi_key = {{ env = \"SECRET\" }}\nbase_url = \"https://localhost:{port}\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let mut command = bare_command(place.path());
        command.env("SECRET", "planted").arg("--config").arg(&config).args(["find", "ada"]);
        let ran = Ran::from(command.output().unwrap());
        assert!(ran.err.contains("no version or cipher of TLS fits") && ran.err.contains("TLS 1.2"), "{ran:?}");
    }
}

/// A gzip stream of one stored block (RFC 1951 §3.2.4, RFC 1952).
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in text {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let length = u16::try_from(text.len()).unwrap();
    let mut stream = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(text);
    stream.extend((!crc).to_le_bytes());
    stream.extend(u32::from(length).to_le_bytes());
    stream
}

#[test]
fn an_answer_in_gzip_is_read() {
    let body = gzip(br#"{"totalCount": 0, "results": []}"#);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    let port = answers(answer.leak());
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("c.toml");
    let text = format!(
        "[[provider]]\nname = \"jc\"\nkind = \"jumpcloud\"\napi_key = {{ env = \"SECRET\" }}\nbase_url = \"http://127.0.0.1:{port}\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut command = bare_command(place.path());
    command.env("SECRET", "planted").arg("--config").arg(&config).args(["find", "ada"]);
    let ran = Ran::from(command.output().unwrap());
    assert!(ran.code == 1 && ran.err.contains("nobody matches"), "{ran:?}");
}
