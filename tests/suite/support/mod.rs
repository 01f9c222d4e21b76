//! What the tests share: a simulated world, the real binary, a terminal to run it in.

#![allow(dead_code, reason = "each of the two test programs uses its part")]

pub mod bent;
pub mod headless_app;
pub mod processes;
pub mod stub_server;
pub mod terminal;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use unbolt::sim::{Handle, Options, start_thread};

/// Ada's id, the one of the vendor's own example.
pub const ADA: &str = "f0a13f5d-3314-49c8-aede-86a059461728";

/// Simulated systems in this process, with a ready configuration and an empty home.
pub struct World {
    systems: Handle,
    pub place: TempDir,
}

impl World {
    pub fn new() -> Self {
        Self::with_people(0)
    }

    /// With every simulated provider configured.
    pub fn whole() -> Self {
        let world = Self::new();
        world.write_config_anew();
        world
    }

    /// With one of the simulated providers configured.
    pub fn only(provider: &str) -> Self {
        Self::only_with(provider, 0)
    }

    /// The same, with that many people.
    pub fn only_with(provider: &str, people: usize) -> Self {
        let with_directory = provider == "ad";
        let world = Self::started(Options { people, with_directory, ..Options::default() });
        world.keep_only(provider);
        world
    }

    /// Writes the configuration anew, with that provider alone.
    pub fn keep_only(&self, provider: &str) {
        let world = self;
        world.write_config_anew();
        let text = world.config_text();
        let tables: Vec<&str> =
            text.split("[[provider]]").filter(|table| table.contains(&format!("name = \"{provider}\""))).collect();
        let top = text.split("[[provider]]").next().unwrap();
        std::fs::write(world.config_path(), format!("{top}[[provider]]{}", tables.concat())).unwrap();
    }

    /// Makes the Macs' provider the one of that server, with further lines in its table.
    pub fn use_mdm(&self, server: &str, more: &str) {
        let (macs, at) = (self.url("macs"), self.config_path().display().to_string());
        let base = if server == "nanomdm" { macs } else { format!("{macs}/{server}") };
        let port = self.get("/webhooks")["port"].clone();
        let own = match server {
            "nanomdm" | "nanohub" => {
                format!("map = \"{at}.macs.map.csv\"\nwebhook_hmac_key = {{ file = \"{at}.macs.hmac.secret\" }}\n")
            }
            "micromdm" => {
                format!("map = \"{at}.macs.map.csv\"\nwebhook_path_secret = {{ file = \"{at}.macs.path.secret\" }}\n")
            }
            "jamf" => "client_id = \"unbolt-sim\"\n".to_owned(),
            _ => String::new(),
        };
        let text = format!(
            "[webhook]\nlisten = \"127.0.0.1:{port}\"\n\n[[provider]]\nname = \"macs\"\nkind = \"apple_mdm\"\nserver = \"{server}\"\n\
             api_key = {{ file = \"{at}.macs.secret\" }}\nbase_url = \"{base}\"\nmax_per_second = 1000\n{own}{more}"
        );
        std::fs::write(self.config_path(), text).unwrap();
    }

    /// Tells a Mac something: to sleep, to wake, what to answer.
    pub fn mac(&self, username: &str, order: Value) {
        let mut order = order;
        order["id"] = self.person(username)["mac"]["udid"].clone();
        self.post("/mac", order);
    }

    pub fn with_people(people: usize) -> Self {
        Self::started(Options { people, ..Options::default() })
    }

    fn started(options: Options) -> Self {
        let place = tempfile::tempdir().unwrap();
        let systems = start_thread(options).unwrap();
        systems.write_config(&place.path().join("c.toml")).unwrap();
        let text = std::fs::read_to_string(place.path().join("c.toml")).unwrap();
        let pingone = text.split("[[provider]]").find(|table| table.contains("name = \"pingone\"")).unwrap();
        std::fs::write(place.path().join("c.toml"), format!("[[provider]]{pingone}")).unwrap();
        Self { systems, place }
    }

    /// Writes the configuration of every simulated provider anew.
    pub fn write_config_anew(&self) {
        // Somebody's own configuration would not be replaced.
        std::fs::remove_file(self.config_path()).unwrap();
        self.systems.write_config(&self.config_path()).unwrap();
    }

    pub fn config_path(&self) -> PathBuf {
        self.place.path().join("c.toml")
    }

    pub fn config_text(&self) -> String {
        std::fs::read_to_string(self.config_path()).unwrap()
    }

    /// Adds lines to the provider's table.
    pub fn add_to_config(&self, lines: &str) {
        std::fs::write(self.config_path(), format!("{}\n{lines}\n", self.config_text())).unwrap();
    }

    pub fn ledger_dir(&self) -> PathBuf {
        self.place.path().join("state/unbolt/ledger")
    }

    /// The ledger's files, in the order of their names.
    pub fn ledger_files(&self) -> Vec<PathBuf> {
        ledger_files(&self.ledger_dir())
    }

    pub fn url(&self, provider: &str) -> String {
        self.systems.addresses().providers[provider].clone()
    }

    pub fn control(&self) -> String {
        self.systems.addresses().control.clone()
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, body) = http("GET", &format!("{}{path}", self.control()), None);
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    pub fn post(&self, path: &str, order: Value) -> Value {
        let (status, body) = http("POST", &format!("{}{path}", self.control()), Some(&order.to_string()));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    pub fn fault(&self, order: Value) {
        self.fault_of("pingone", order);
    }

    pub fn fault_of(&self, provider: &str, order: Value) {
        let mut order = order;
        order["provider"] = json!(provider);
        self.post("/fault", order);
    }

    /// The unlock requests that were received whole, each with whether it was carried out.
    pub fn unlocks(&self) -> Vec<Value> {
        let requests = self.get("/requests");
        let is_unlock = |request: &&Value| {
            let path = request["path"].as_str().unwrap();
            request["method"] == "POST" && (path.contains("/users/") || path.ends_with("/unlock"))
        };
        requests.as_array().unwrap().iter().filter(is_unlock).cloned().collect()
    }

    /// A person of the world, by user name.
    pub fn person(&self, username: &str) -> Value {
        let world = self.get("/world");
        world["people"].as_array().unwrap().iter().find(|person| person["username"] == username).unwrap().clone()
    }

    pub fn id(&self, username: &str) -> String {
        self.person(username)["pingone"]["id"].as_str().unwrap().to_owned()
    }

    /// The real binary on this world, with an empty home of its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare_command(self.place.path());
        command.arg("--config").arg(self.config_path()).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// A command with the confirmation that it asks for; as it stands where it asks for none.
    pub fn confirmed(&self, arguments: &[&str]) -> Vec<String> {
        let asked = self.run(arguments);
        let how = asked.err.split_once("confirm with ").and_then(|(_, rest)| rest.split_once(';'));
        let words = how.filter(|_| asked.code == 2).map_or("", |(how, _)| how);
        arguments.iter().copied().chain(words.split_whitespace()).map(str::to_owned).collect()
    }

    /// A resume that is confirmed by what it asks for.
    pub fn resume(&self, arguments: &[&str]) -> Ran {
        let asked = self.run(arguments);
        if asked.code != 2 || !asked.err.contains("confirm with ") {
            return asked;
        }
        let confirmed = self.confirmed(arguments);
        self.run(&confirmed.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// The binary with an empty home.
pub fn bare_command(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbolt"));
    command
        .env("HOME", place)
        .env("XDG_STATE_HOME", place.join("state"))
        .env("XDG_CONFIG_HOME", place.join("config"))
        .env("TZ", "UTC")
        .env_remove("SSH_CONNECTION")
        .stdin(std::process::Stdio::null());
    command
}

/// How a run of the binary went.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// The files of a ledger, in the order of their names.
pub fn ledger_files(directory: &Path) -> Vec<PathBuf> {
    let items = std::fs::read_dir(directory).unwrap().map(|item| item.unwrap().path());
    let mut files: Vec<PathBuf> =
        items.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")).collect();
    files.sort();
    files
}

/// Numbers that look like chance, and are the same for the same seed.
pub fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Tries each of them, all at once: what mostly waits shouldn't wait in turn.
pub fn side_by_side<T: Send>(items: impl IntoIterator<Item = T>, try_one: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        let tries: Vec<_> = items.into_iter().map(|item| scope.spawn(|| try_one(item))).collect();
        for one in tries {
            if let Err(panic) = one.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

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

fn unchunk(mut body: &str) -> String {
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

/// Waits for something that other processes bring about; fails after a minute.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What has to happen within a time.
pub fn happens_within(limit: Duration, mut attempt: impl FnMut() -> Duration) {
    attempts(3, || {
        let took = attempt();
        if took < limit { Ok(()) } else { Err(format!("{took:?} instead of {limit:?}")) }
    });
}

/// What a machine that is busy with something else can spoil is tried that often.
pub fn attempts(most: usize, mut attempt: impl FnMut() -> Result<(), String>) {
    let mut failed = Vec::new();
    while failed.len() < most {
        match attempt() {
            Ok(()) => return,
            Err(why) => failed.push(why),
        }
    }
    panic!("{most} attempts, none good: {failed:#?}");
}
