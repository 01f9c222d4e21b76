//! The receiver of Macs' answers, as a process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::support::{World, raw_http};

/// `unbolt webhook` in the foreground; what it says line by line.
pub struct ReceiverGuard {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
}

impl ReceiverGuard {
    pub fn start(world: &World) -> Self {
        Self::run(world.command(&["webhook"]))
    }

    pub fn run(mut command: std::process::Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = std::sync::mpsc::channel();
        for pipe in [
            Box::new(child.stdout.take().unwrap()) as Box<dyn std::io::Read + Send>,
            Box::new(child.stderr.take().unwrap()),
        ] {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let _ = tell.send(line);
                }
            });
        }
        let receiver = Self { child, lines };
        receiver.hears("receiving for macs");
        receiver
    }

    /// What it holds in memory, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn hears(&self, words: &str) -> String {
        let mut heard = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(std::time::Duration::from_secs(60)) {
            if line.contains(words) {
                return line;
            }
            heard.push(line);
        }
        panic!("`{words}` never came: {heard:?}");
    }

    /// Ends it as Ctrl-C does; gives its counts.
    pub fn end(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let counts = self.hears("other events");
        self.child.wait().unwrap();
        counts
    }
}

impl Drop for ReceiverGuard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One event at the receiver's door.
pub fn post(world: &World, path: &str, head: &str, body: &str) -> u16 {
    let port = world.get("/webhooks")["port"].clone();
    let head = format!("{head}Content-Length: {}\r\n", body.len());
    raw_http("POST", &format!("http://127.0.0.1:{port}{path}"), &head, body).0
}

pub fn signature(world: &World, body: &str) -> String {
    let key = std::fs::read_to_string(format!("{}.macs.hmac.secret", world.config_path().display())).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("X-Hmac-Signature: {}\r\n", STANDARD.encode(mac.finalize().into_bytes()))
}

pub(super) fn event(device: &str, command: &str, status: &str) -> String {
    let raw = format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CommandUUID</key><string>{command}</string><key>Status</key>\
         <string>{status}</string><key>UDID</key><string>{device}</string></dict></plist>"
    );
    json!({"topic": "mdm.Connect", "event_id": format!("{device}{status}"), "created_at": "2026-11-22T08:00:00Z", "acknowledge_event": {
        "udid": device, "status": status, "command_uuid": command, "raw_payload": STANDARD.encode(raw)}})
    .to_string()
}
