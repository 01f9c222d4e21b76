//! The program in a pseudo-terminal, and what it wrote.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub(super) struct Terminal {
    pub(super) _master: Box<dyn MasterPty + Send>,
    pub(super) writer: Box<dyn std::io::Write + Send>,
    pub(super) child: Box<dyn Child + Send + Sync>,
    pub(super) bytes: Arc<Mutex<Vec<u8>>>,
    pub(super) started: Instant,
}

impl Terminal {
    pub(super) fn start(program: &str, arguments: &[&str], home: &Path) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let sink = Arc::clone(&bytes);
        std::thread::spawn(move || {
            let mut chunk = [0; 65_536];
            while let Ok(n) = reader.read(&mut chunk) {
                if n == 0 {
                    break;
                }
                sink.lock().unwrap().extend_from_slice(&chunk[..n]);
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        Self { _master: pair.master, writer, child, bytes, started }
    }

    pub(super) fn written(&self) -> usize {
        self.bytes.lock().unwrap().len()
    }

    /// Until each of the words was written so often.
    pub(super) fn until(&self, words: &[(&str, usize)]) -> Duration {
        self.until_so(|text| words.iter().all(|(word, times)| text.matches(word).count() >= *times))
    }

    /// Until the count of people stands beside the field: every system has told its first page.
    pub(super) fn until_settled(&self) -> Duration {
        let is_count =
            |four: &[u8]| matches!(four, [a, b, c, b'+'] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()));
        self.until_so(|text| text.contains("Ada Lovelace") && text.as_bytes().windows(4).any(is_count))
    }

    pub(super) fn until_so(&self, is_so: impl Fn(&str) -> bool) -> Duration {
        loop {
            let text = String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned();
            if is_so(&text) {
                return self.started.elapsed();
            }
            assert!(self.started.elapsed() < Duration::from_secs(20), "it never came:\n{text}");
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    pub(super) fn rest(&self) -> usize {
        let mut last = (self.written(), Instant::now());
        while last.1.elapsed() < Duration::from_millis(400) {
            std::thread::sleep(Duration::from_millis(5));
            if self.written() != last.0 {
                last = (self.written(), Instant::now());
            }
        }
        last.0
    }

    pub(super) fn key(&mut self, key: &str) {
        self.writer.write_all(key.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub(super) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id().unwrap())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
