//! A server between the program and a simulated one: it passes everything on, and bends what a test wants bent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use serde_json::Value;

use super::stub_server::{Canned, Heard, Reply};
use super::{World, raw_http};

pub const JSON: &str = "Content-Type: application/json\r\n";

/// What becomes of a request.
pub enum Bend {
    /// It is passed on, and answered as it was.
    Pass,
    /// It isn't passed on.
    Instead(Reply),
    /// It is passed on, and answered otherwise.
    After(Box<dyn FnOnce(Value) -> Reply>),
}

/// An answer in JSON.
pub fn json_reply(body: impl ToString) -> Reply {
    (200, JSON, body.to_string())
}

/// Passed on, with the answer's JSON changed.
pub fn changed(change: impl FnOnce(&mut Value) + 'static) -> Bend {
    Bend::After(Box::new(|mut body| {
        change(&mut body);
        json_reply(body)
    }))
}

/// Stands between the program and that provider from now on.
pub fn between(world: &World, provider: &str, bend: impl Fn(&Heard) -> Bend + Send + Sync + 'static) -> Canned {
    let sim = world.url(provider);
    let own: std::sync::Arc<std::sync::OnceLock<String>> = std::sync::Arc::default();
    let (behind, url) = (sim.clone(), own.clone());
    let server = Canned::new(move |heard| {
        let bend = bend(heard);
        if let Bend::Instead(reply) = bend {
            return reply;
        }
        let (method, target) = heard.line();
        let kept = |line: &&str| !["host:", "connection:"].iter().any(|name| line.to_lowercase().starts_with(name));
        let head: String = heard.head.lines().skip(1).filter(kept).flat_map(|line| [line, "\r\n"]).collect();
        let (status, body) = raw_http(method, &format!("{behind}{target}"), &head, &heard.body);
        let body = body.replace(&behind, url.get().unwrap());
        match bend {
            Bend::After(change) => change(serde_json::from_str(&body).unwrap_or_default()),
            _ => (status, JSON, body),
        }
    });
    own.set(server.url.clone()).unwrap();
    let text = world.config_text().replace(&sim, &server.url);
    std::fs::write(world.config_path(), text).unwrap();
    server
}

/// Passes every connection to that address on to a server.
pub fn forward(address: &str, url: &str) {
    let listener = TcpListener::bind(address).unwrap();
    let target = url.strip_prefix("http://").unwrap().to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&target).unwrap());
            pump(client.try_clone().unwrap(), server.try_clone().unwrap());
            pump(server, client);
        }
    });
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let mut chunk = [0; 16 * 1024];
        while let Ok(n @ 1..) = from.read(&mut chunk) {
            if to.write_all(&chunk[..n]).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
}
