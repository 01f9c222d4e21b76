//! The real binary in a real pseudo-terminal, and a terminal to read it with.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

use super::processes::is_asleep;
use super::wait_for;

/// A program in a terminal.
pub struct Terminal {
    pub master: Option<Box<dyn MasterPty + Send>>,
    pub writer: Option<Box<dyn Write + Send>>,
    pub child: Box<dyn Child + Send + Sync>,
    /// Kept open until all was read: when the last process closes its terminal, Linux now and then drops what is still on
    /// its way.
    slave: Option<Box<dyn SlavePty + Send>>,
    pub bytes: Arc<Mutex<Vec<u8>>>,
    /// Tells the reader to let go of the terminal with the next bytes.
    pub closing: Arc<AtomicBool>,
    /// Tells the reader to take nothing from now on, as a hung link does.
    held: Arc<AtomicBool>,
    /// Ends with the last bytes of the last process that has the terminal.
    read: JoinHandle<()>,
    size: (u16, u16),
}

impl Terminal {
    pub fn start(place: &Path, arguments: &[&str], (width, height): (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
        command.args(arguments);
        Self::run(place, command, &[], (width, height))
    }

    /// Any program, with nothing in its environment but what a terminal program needs and these.
    pub fn run(place: &Path, mut command: CommandBuilder, more: &[(&str, &str)], (width, height): (u16, u16)) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 })
            .unwrap();
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("PATH", "/usr/bin:/bin")]
        {
            command.env(name, value);
        }
        command.env("HOME", place);
        command.env("TMPDIR", place);
        command.env("XDG_STATE_HOME", place.join("state"));
        for (name, value) in more {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let closing: Arc<AtomicBool> = Arc::default();
        let held: Arc<AtomicBool> = Arc::default();
        let (sink, close, hold) = (Arc::clone(&bytes), Arc::clone(&closing), Arc::clone(&held));
        let read = std::thread::spawn(move || {
            let mut chunk = [0; 65_536];
            while let Ok(n) = reader.read(&mut chunk) {
                while hold.load(Ordering::SeqCst) {
                    std::thread::park_timeout(Duration::from_millis(50));
                }
                if n == 0 || close.load(Ordering::SeqCst) {
                    break;
                }
                sink.lock().unwrap().extend_from_slice(&chunk[..n]);
            }
        });
        // A terminal of no size is taken for what the environment says, else for 80×24.
        let told = |name: &str| more.iter().find(|pair| pair.0 == name).and_then(|pair| pair.1.parse().ok());
        let width = if width == 0 { told("COLUMNS").unwrap_or(80) } else { width };
        let height = if height == 0 { told("LINES").unwrap_or(24) } else { height };
        let (master, writer) = (Some(pair.master), Some(writer));
        Self { master, writer, child, slave: Some(pair.slave), bytes, closing, held, read, size: (width, height) }
    }

    pub fn keys(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Takes nothing from the program from now on.
    pub fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    pub fn written(&self) -> usize {
        self.bytes.lock().unwrap().len()
    }

    pub fn screen(&self) -> String {
        self.parsed().screen().contents()
    }

    pub fn wait_to_see(&self, words: &str) {
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_for(words, || self.screen().contains(words).then_some(()));
        }));
        assert!(seen.is_ok(), "`{words}` never came:\n{}", self.screen());
    }

    /// Answers a question. What comes before the program knows that the question stands on the terminal is no answer
    /// (promise 27), however early it stands there: then it is given once more.
    pub fn answer(&mut self, question: &str, key: &str) {
        self.wait_to_see(question);
        self.until_taken(key, |terminal| !terminal.screen().contains(question));
    }

    /// Presses Enter so that it stands alone: an answer that comes with other keys is none.
    pub fn enter(&mut self) {
        self.wait_for_rest();
        self.keys("\r");
    }

    /// Types into the field of a question, in place of what is in it.
    pub fn fill(&mut self, question: &str, text: &str) {
        self.wait_to_see(question);
        // A long text shows its end.
        let end: String = text.chars().skip(text.chars().count().saturating_sub(12)).collect();
        self.until_taken(&format!("\x15{text}"), |terminal| terminal.before_cursor().ends_with(&end));
    }

    fn until_taken(&mut self, keys: &str, is_taken: impl Fn(&Self) -> bool) {
        wait_for("the keys to be taken", || {
            self.keys(keys);
            let sent = std::time::Instant::now();
            while sent.elapsed() < Duration::from_secs(2) {
                if is_taken(self) {
                    return Some(());
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            None
        });
    }

    /// The line that the cursor stands in, up to there.
    fn before_cursor(&self) -> String {
        let parser = self.parsed();
        let (row, column) = parser.screen().cursor_position();
        parser.screen().contents_between(row, 0, row, column)
    }

    fn parsed(&self) -> vt100::Parser {
        let mut parser = vt100::Parser::new(self.size.1, self.size.0, 0);
        parser.process(&self.bytes.lock().unwrap());
        parser
    }

    /// Waits until nothing has been written for a while and the program waits for something; gives how much there is.
    /// Looks are counted, not time: where this whole machine stood still, nothing has been seen meanwhile.
    pub fn wait_for_rest(&self) -> usize {
        let (mut last, mut quiet) = (self.written(), 0);
        wait_for("the screen to rest", || {
            let now = self.written();
            quiet = if now == last && self.child.process_id().is_none_or(is_asleep) { quiet + 1 } else { 0 };
            last = now;
            (quiet > 60).then_some(now)
        })
    }

    /// Waits until nothing is asked or read any more, and nothing is written; gives how much there is.
    pub fn wait_for_answers(&self) -> usize {
        wait_for("the answers", || {
            let rest = self.wait_for_rest();
            let screen = self.screen();
            (!screen.contains("asking") && !screen.contains("reading")).then_some(rest)
        })
    }

    /// The whole frames since so many bytes, each with its marks.
    pub fn frames_since(&self, before: usize) -> Vec<String> {
        let new = String::from_utf8_lossy(&self.bytes.lock().unwrap()[before..]).into_owned();
        let is_whole = |frame: &&str| frame.starts_with("\x1b[?2026h") && frame.ends_with("\x1b[?2026l");
        new.split_inclusive("\x1b[?2026l").filter(is_whole).map(str::to_owned).collect()
    }

    /// The selected row, without its marker.
    pub fn selected(&self) -> String {
        let screen = self.screen();
        let row = screen.lines().find_map(|line| line.strip_prefix("│ ▌ "));
        row.unwrap_or_else(|| panic!("nothing is selected:\n{screen}")).to_owned()
    }

    /// Waits for the program's end and for what it wrote last; a process that it left behind may keep the terminal.
    pub fn exit(&mut self) -> u32 {
        let status = wait_for("the program to end", || self.child.try_wait().unwrap());
        if self.slave.is_some() {
            self.wait_for_rest();
            self.slave = None;
        }
        let ended = Instant::now();
        wait_for("the last bytes", || {
            let is_enough = self.held.load(Ordering::SeqCst) || ended.elapsed() > Duration::from_secs(1);
            (self.read.is_finished() || is_enough).then_some(())
        });
        status.exit_code()
    }

    /// The id of the process that was started.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.process()).unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
