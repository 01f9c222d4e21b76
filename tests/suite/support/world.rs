//! A world of simulated systems, a configuration and a ledger.
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use unbolt::sim::{SimHandle, SimOptions, start_thread};

use super::*;

/// Simulated systems in this process, with a ready configuration and an empty home.
pub struct World {
    systems: SimHandle,
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
        let world = Self::started(SimOptions { people, with_directory, ..SimOptions::default() });
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
        Self::started(SimOptions { people, ..SimOptions::default() })
    }

    fn started(options: SimOptions) -> Self {
        let place = tempfile::tempdir().unwrap();
        let systems = start_thread(&options).unwrap();
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
        self.systems.addresses.providers[provider].clone()
    }

    pub fn control(&self) -> String {
        self.systems.addresses.control.clone()
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
