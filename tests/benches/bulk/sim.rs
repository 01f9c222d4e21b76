//! The simulated systems as a process, and runs against them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

pub(super) struct Sim {
    pub(super) child: Child,
    pub(super) control: String,
    pub(super) place: tempfile::TempDir,
}

impl Sim {
    pub(super) fn start(people: usize, window: usize) -> Self {
        let place = tempfile::tempdir().unwrap();
        let config = place.path().join("all.toml");
        let mut child = Command::new(UNBOLT)
            .args(["sim", "--people", &people.to_string(), "--config-out", config.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let control = serde_json::from_str::<Value>(&line).unwrap()["control"].as_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&config).unwrap();
        let table = text.split("[[provider]]").find(|table| table.contains("\"pingone\"")).unwrap();
        let table = table.replace("max_per_second = 1000", "max_per_second = 1000000");
        let policy = "[policy]\nbulk_max_rows = 200000\n";
        std::fs::write(place.path().join("c.toml"), format!("{policy}[[provider]]{table}max_parallel = {window}\n"))
            .unwrap();
        Self { child, control, place }
    }

    pub(super) fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        // Behind the host stands the token that an order needs.
        let (host, token) = self.control.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let path = format!("/{token}{path}");
        let mut stream = TcpStream::connect(host).unwrap();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: x\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or(Value::Null)
    }

    /// Locks that many people; gives their names.
    pub(super) fn lock(&self, count: usize) -> Vec<String> {
        let world = self.ask("GET", "/world", "");
        let enabled = world["people"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["story"].is_null() && one["pingone"]["enabled"] == true);
        let chosen: Vec<&Value> = enabled.take(count).collect();
        for one in &chosen {
            self.ask("POST", "/lock", &json!({"provider": "pingone", "id": one["pingone"]["id"]}).to_string());
        }
        chosen.iter().map(|one| one["username"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) fn unbolt(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(UNBOLT);
        command.env("HOME", self.place.path()).env("XDG_STATE_HOME", self.place.path().join("state"));
        command.arg("--config").arg(self.place.path().join("c.toml")).args(arguments);
        command
    }

    /// Plans these names and runs the plan; gives the requests of the unlock phase, in order, with its time.
    pub(super) fn run(&self, names: &[String]) -> (Vec<Value>, f64) {
        let (list, plan) = (self.place.path().join("list.txt"), self.place.path().join("plan.json"));
        std::fs::write(&list, names.join("\n")).unwrap();
        let planned = self
            .unbolt(&["bulk", "plan", list.to_str().unwrap(), "-o", plan.to_str().unwrap(), "--json"])
            .output()
            .unwrap();
        assert!(planned.status.success(), "{}", String::from_utf8_lossy(&planned.stderr));
        let before = self.ask("GET", "/requests", "").as_array().unwrap().len();
        let count = names.len().to_string();
        let ran = self.unbolt(&[
            "bulk",
            "run",
            plan.to_str().unwrap(),
            "--count",
            &count,
            "--max",
            "1000000",
            "--pause",
            "0",
            "--json",
        ]);
        let ran = { ran }.output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let requests = self.ask("GET", "/requests", "").as_array().unwrap()[before..].to_vec();
        // The first six rows are canaries: the phase begins when the sixth unlock has been answered.
        let is_unlock = |one: &Value| one["method"] == "POST" && one["path"].as_str().unwrap().contains("/users/");
        let sixth = requests.iter().enumerate().filter(|(_, one)| is_unlock(one)).nth(5).unwrap().0;
        let at = |one: &Value| one["at"].as_str().unwrap().parse::<Timestamp>().unwrap();
        let rest: Vec<Value> = requests[sixth + 1..].to_vec();
        let took = at(rest.last().unwrap()).duration_since(at(&rest[0])).as_secs_f64();
        (rest, took)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
