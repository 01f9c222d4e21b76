//! A server that has nothing but answers, and keeps what it was sent; and the program with one provider on it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::{Ran, bare_command};

/// A request, as it came.
#[derive(Clone, Debug)]
pub struct Heard {
    pub head: String,
    pub body: String,
}

impl Heard {
    /// The method and the target.
    pub fn line(&self) -> (&str, &str) {
        let mut words = self.head.split(' ');
        (words.next().unwrap(), words.next().unwrap())
    }
}

/// Status, further header lines, body.
pub type Reply = (u16, &'static str, String);

pub struct Canned {
    pub url: String,
    pub heard: Arc<Mutex<Vec<Heard>>>,
}

impl Canned {
    pub fn new(answer: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (answer, log) = (Arc::new(answer), Arc::clone(&heard));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || serve(stream.unwrap(), &*answer, &log));
            }
        });
        Self { url, heard }
    }

    /// The heads of the requests that hold these words.
    pub fn heads(&self, words: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|one| one.head.clone()).filter(|head| head.contains(words)).collect()
    }
}

fn serve(mut stream: TcpStream, answer: &impl Fn(&Heard) -> Reply, log: &Mutex<Vec<Heard>>) {
    let mut buffer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        while let Some(request) = taken(&mut buffer) {
            let (status, more, body) = answer(&request);
            log.lock().unwrap().push(request);
            let reply = format!("HTTP/1.1 {status} X\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len());
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(n) => buffer.extend_from_slice(&chunk[..n]),
        }
    }
}

/// The first whole request.
fn taken(buffer: &mut Vec<u8>) -> Option<Heard> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let whole = end + 4 + length.unwrap_or(0);
    if buffer.len() < whole {
        return None;
    }
    let body = String::from_utf8_lossy(&buffer[end + 4..whole]).into_owned();
    buffer.drain(..whole);
    Some(Heard { head, body })
}

/// Runs the program with this configuration and this in the variable `SECRET`.
pub fn run_with(config: &str, secret: &str, arguments: &[&str]) -> Ran {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("c.toml");
    std::fs::write(&path, config).unwrap();
    let mut command = bare_command(place.path());
    command.env("SECRET", secret).arg("--config").arg(&path).args(arguments);
    Ran::from(command.output().unwrap())
}
