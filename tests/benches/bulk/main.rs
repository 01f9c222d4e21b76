//! `cargo bench --bench bulk`: runs beside public tools, in one run. Prints figures; asserts nothing.
//!
//! * the unlock phase of 500 rows (canary and planning left out, ledger durable) against a server that answers after
//!   50 ms, 16 requests at once, beside `curl --parallel` replaying the same requests from the server's own log;
//! * the requests per second of 20,000 rows against a server that answers at once, 64 at once, beside `oha`
//!   (or `wrk`, where that is what there is) on one URL of that server;
//! * the resident memory of a plan of 100,000 rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]
mod sim;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use sim::Sim;

const UNBOLT: &str = env!("CARGO_BIN_EXE_unbolt");

/// The same requests as a configuration of curl.
fn replay(requests: &[Value], base: &str, file: &Path) {
    let mut text = String::new();
    for (n, one) in requests.iter().enumerate() {
        if n > 0 {
            text.push_str("next\n");
        }
        let query = one["query"].as_str().unwrap();
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let _ = writeln!(
            text,
            "url = \"{base}{}{query}\"\nrequest = {}",
            one["path"].as_str().unwrap(),
            one["method"].as_str().unwrap()
        );
        for header in one["headers"].as_array().unwrap() {
            let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
            if !matches!(name, "host" | "content-length") {
                let _ = writeln!(text, "header = \"{name}: {value}\"");
            }
        }
        let body = one["body"].as_str().unwrap();
        if one["method"] != "GET" {
            let _ = writeln!(text, "data-binary = {}", json!(body));
        }
        text.push_str("output = /dev/null\nsilent\n");
    }
    std::fs::write(file, text).unwrap();
}

fn base(sim: &Sim) -> String {
    let text = std::fs::read_to_string(sim.place.path().join("c.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with("base_url")).unwrap();
    line.split('"').nth(1).unwrap().to_owned()
}

fn against_curl() {
    let sim = Sim::start(700, 16);
    let names = sim.lock(506);
    sim.ask("POST", "/fault", &json!({"provider": "pingone", "fault": "latency", "ms": 50}).to_string());
    let (requests, ours) = sim.run(&names);
    let file = sim.place.path().join("curl.txt");
    replay(&requests, &base(&sim), &file);
    let mut times = Vec::new();
    for _ in 0..3 {
        let started = Instant::now();
        let ran = Command::new("curl")
            .args(["--parallel", "--parallel-immediate", "--parallel-max", "16", "-K"])
            .arg(&file)
            .output();
        match ran {
            Ok(output) if output.status.success() => times.push(started.elapsed().as_secs_f64()),
            other => println!("curl: {other:?}"),
        }
    }
    times.sort_by(f64::total_cmp);
    let ideal = f64::from(u32::try_from(requests.len()).unwrap()) * 0.05 / 16.0;
    match times.get(times.len() / 2) {
        Some(curl) => println!(
            "500 rows, 50 ms, 16 at once: {} requests, unbolt {ours:.2} s, curl {curl:.2} s, ratio {:.2} (the wire alone: {ideal:.2} s)",
            requests.len(),
            ours / curl
        ),
        None => println!("500 rows, 50 ms, 16 at once: unbolt {ours:.2} s; curl is not there"),
    }
}

fn against_a_load_generator() {
    let sim = Sim::start(22_000, 64);
    let names = sim.lock(20_000);
    let (requests, took) = sim.run(&names);
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let ours = requests.len() as f64 / took;
    let read = requests.iter().find(|one| one["method"] == "GET").unwrap();
    let url = format!("{}{}", base(&sim), read["path"].as_str().unwrap());
    let headers = read["headers"].as_array().unwrap();
    let login = headers.iter().find(|one| one[0] == "authorization").unwrap()[1].as_str().unwrap();
    let login = format!("Authorization: {login}");
    let theirs = oha(&url, &login).map(|rate| ("oha", rate)).or_else(|| wrk(&url, &login).map(|rate| ("wrk", rate)));
    match theirs {
        Some((tool, rate)) => println!(
            "20,000 rows, 0 ms, 64 at once: {} requests, unbolt {ours:.0} a second, {tool} {rate:.0} a second, ratio {:.2}",
            requests.len(),
            ours / rate
        ),
        None => println!("20,000 rows, 0 ms, 64 at once: unbolt {ours:.0} a second; neither oha nor wrk is there"),
    }
}

fn oha(url: &str, login: &str) -> Option<f64> {
    let output =
        Command::new("oha").args(["--no-tui", "-c", "64", "-n", "60000", "--json", "-H", login, url]).output().ok()?;
    serde_json::from_slice::<Value>(&output.stdout).ok()?["summary"]["requestsPerSec"].as_f64()
}

fn wrk(url: &str, login: &str) -> Option<f64> {
    let output = Command::new("wrk").args(["-t", "1", "-c", "64", "-d", "5s", "-H", login, url]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")?.trim().parse().ok())
}

fn memory() {
    let sim = Sim::start(100_100, 64);
    let world = sim.ask("GET", "/world", "");
    let names: Vec<&str> = world["people"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["story"].is_null())
        .filter_map(|one| one["username"].as_str())
        .take(100_000)
        .collect();
    let list: PathBuf = sim.place.path().join("list.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let started = Instant::now();
    let mut child = sim
        .unbolt(&["bulk", "plan", list.to_str().unwrap(), "--json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0u64;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        most = most.max(line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "100,000 rows planned in {:.0} s, at most {:.0} MiB resident",
        started.elapsed().as_secs_f64(),
        f64::from(u32::try_from(most).unwrap()) / 1024.0
    );
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let parts: [(&str, fn()); 3] = [("curl", against_curl), ("load", against_a_load_generator), ("memory", memory)];
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            part();
        }
    }
}
