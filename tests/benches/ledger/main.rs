//! `cargo bench --bench ledger`: what a ledger of years costs, beside an empty one and public tools, in one run. Prints
//! figures; asserts nothing.
//!
//! * `REFUSALS` commands (10,000) that each record one refusal: the ledger's size, the last hundred beside the first;
//! * `RECORDS` records (1,000,000) over a year in fifty files: `find`, `unlock`, `unlock` with limits beside an empty ledger,
//!   with their memory; `ledger verify` beside `sha256sum`, `ledger show --person` beside `grep`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]
mod years;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use years::years;

const UNBOLT: &str = env!("CARGO_BIN_EXE_unbolt");
const FILES: usize = 50;
/// Runs a command some times after one that doesn't count, each time with another name in the place of @; prints its median
/// in milliseconds and its most memory in kB.
const TIMED: &str = "import os, resource, subprocess, sys, time
ran, names = [], os.environ['NAMES'].split()
for n in range(int(sys.argv[1]) + 1):
    words = [names[n % len(names)] if word == '@' else word for word in sys.argv[2:]]
    began = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ran.append(time.perf_counter() - began)
ran = sorted(ran[1:])
print(ran[len(ran) // 2] * 1000, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The simulated systems, in a process of their own.
struct Systems {
    place: tempfile::TempDir,
    child: Child,
}

impl Systems {
    fn start() -> Self {
        let place = tempfile::tempdir().unwrap();
        let config = place.path().join("config.toml");
        let mut command = Command::new(UNBOLT);
        command
            .args(["sim", "--people", "15000", "--config-out"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().unwrap();
        while !fs::read_to_string(&config).is_ok_and(|text| text.ends_with('\n')) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { place, child }
    }

    /// A configuration with that ledger and those rules.
    fn config(&self, name: &str, ledger: &Path, policy: &str) -> PathBuf {
        let own = fs::read_to_string(self.place.path().join("config.toml")).unwrap();
        let path = self.place.path().join(name);
        let text = format!("{own}\n[ledger]\ndirectory = \"{}\"\n\n[policy]\n{policy}\n", ledger.display());
        fs::write(&path, text).unwrap();
        path
    }
}

/// The user names of people who are locked in one of the systems.
fn locked(config: &Path) -> Vec<String> {
    let ran = Command::new(UNBOLT).arg("--config").arg(config).args(["locked", "--jsonl"]).output().unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let accounts = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let own = accounts.filter(|account| account["provider"] == "pingone");
    own.filter_map(|account| account["username"].as_str().map(str::to_owned)).collect()
}

impl Drop for Systems {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unbolt(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(UNBOLT);
    command.arg("--config").arg(config).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The median in milliseconds and the most memory in MB.
fn timed(times: usize, command: &Command, names: &[String]) -> (f64, f64) {
    let ran = Command::new("python3")
        .env("NAMES", names.join(" "))
        .args(["-c", TIMED, &times.to_string()])
        .arg(command.get_program())
        .args(command.get_args())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap() / 1024.0)
}

fn size(directory: &Path) -> u64 {
    fs::read_dir(directory).map_or(0, |items| {
        items
            .map(|item| item.unwrap())
            .map(
                |item| {
                    if item.file_type().unwrap().is_dir() { size(&item.path()) } else { item.metadata().unwrap().len() }
                },
            )
            .sum()
    })
}

fn refusals(systems: &Systems) {
    let count = number("REFUSALS", 10_000);
    let ledger = systems.place.path().join("refusals");
    let config = systems.config("refusals.toml", &ledger, "read_only = true");
    let who = locked(&config).swap_remove(0);
    let mut took = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        let status = unbolt(&config, &["unlock", &who, "--provider", "pingone", "--yes"]).status().unwrap();
        assert_eq!(status.code(), Some(5));
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let sum = |of: &[f64]| of.iter().sum::<f64>();
    let (first, last) = (sum(&took[..100]), sum(&took[took.len() - 100..]));
    #[allow(clippy::cast_precision_loss, reason = "megabytes")]
    let megabytes = size(&ledger) as f64 / 1e6;
    println!(
        "{count} refusals: ledger {megabytes:.1} MB; first 100 {first:.0} ms, last 100 {last:.0} ms, ratio {:.2}",
        last / first
    );
}

/// Members of a record that the program itself has written.
fn members(line: &str) -> String {
    let body = line.split_once("\"seq\":").unwrap().1;
    let (_, rest) = body.split_once(',').unwrap();
    rest.rsplit_once(",\"hash\":\"").unwrap().0.to_owned()
}

/// Puts another value in the place of the first one behind that name.
fn with(members: &str, name: &str, value: &str) -> String {
    let (before, rest) = members.split_once(name).unwrap();
    let end = rest.find([',', '"', '}']).unwrap();
    format!("{before}{name}{value}{}", &rest[end..])
}

fn main() {
    let systems = Systems::start();
    years(&systems);
    refusals(&systems);
}
