//! Plain HTTP to a simulated system.
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// One plain HTTP exchange with a server on this machine.
pub fn http(method: &str, url: &str, body: Option<&str>) -> (u16, String) {
    let mut head = format!("Content-Length: {}\r\n", body.map_or(0, str::len));
    if body.is_some() {
        head.push_str("Content-Type: application/json\r\n");
    }
    raw_http(method, url, &head, body.unwrap_or(""))
}

/// One exchange with exactly these header lines.
pub fn raw_http(method: &str, url: &str, head: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{head}\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or(("", ""));
    (status, if head.to_lowercase().contains("transfer-encoding: chunked") { unchunk(body) } else { body.to_owned() })
}

pub(super) fn unchunk(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        out.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    out
}
