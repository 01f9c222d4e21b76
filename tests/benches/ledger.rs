//! `cargo bench --bench ledger`: what a ledger of years costs, beside an empty one and public tools, in one run. Prints
//! figures; asserts nothing.
//!
//! * `REFUSALS` commands (10,000) that each record one refusal: the ledger's size, the last hundred beside the first;
//! * `RECORDS` records (1,000,000) over a year in fifty files: `find`, `unlock`, `unlock` with limits beside an empty ledger,
//!   with their memory; `ledger verify` beside `sha256sum`, `ledger show --person` beside `grep`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::{NoContext, Uuid};

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

/// A ledger of a year, of records as the program writes them.
fn of_a_year(systems: &Systems, directory: &Path, records: usize) {
    let small = systems.place.path().join("model");
    let config = systems.config("model.toml", &small, "");
    assert!(unbolt(&config, &["unlock", "grace", "--provider", "pingone", "--yes"]).status().unwrap().success());
    let model =
        fs::read_dir(&small).unwrap().map(|item| item.unwrap().path()).find(|path| path.extension().is_some()).unwrap();
    let model = fs::read_to_string(model).unwrap();
    let lines: Vec<String> = model.lines().map(members).collect();
    fs::create_dir_all(directory).unwrap();
    fs::set_permissions(directory, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let year = SignedDuration::from_hours(365 * 24);
    let step = year / i32::try_from(records).unwrap();
    let mut at = Timestamp::now() - year - SignedDuration::from_mins(1);
    let (mut before, mut written) = (None::<(String, usize, String)>, 0);
    for number in 0..FILES {
        let name = format!("{}-{number}-{number:08x}.jsonl", at.strftime("%Y%m%dT%H%M%S.%6fZ"));
        let (mut text, mut prev, mut seq) = (String::new(), "0".repeat(64), 0);
        let mut put = |members: &str| {
            seq += 1;
            let body = format!("{{\"prev\":\"{prev}\",\"seq\":{seq},{members}");
            prev = Sha256::digest(body.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            let _ = writeln!(text, "{body},\"hash\":\"{prev}\"}}");
            (seq, prev.clone())
        };
        let heads = before.as_ref().map_or(String::new(), |(file, seq, hash)| {
            format!("{{\"file\":\"{file}\",\"seq\":{seq},\"hash\":\"{hash}\"}}")
        });
        let opening = with(&lines[0], "\"time\":", &at.as_millisecond().to_string());
        let (start, _) = opening.split_once("\"unmapped\":").unwrap();
        let mut last = put(&format!(
            "{start}\"unmapped\":{{\"unbolt\":{{\"record\":\"open\",\"file\":\"{name}\",\"heads\":[{heads}],\"in_flight\":[]}}}}"
        ));
        while written < records * (number + 1) / FILES {
            let seconds = u64::try_from(at.as_second()).unwrap();
            let intent = Uuid::new_v7(uuid::Timestamp::from_unix(
                NoContext,
                seconds,
                u32::try_from(at.subsec_nanosecond()).unwrap(),
            ));
            for line in &lines[1..3] {
                let line = with(line, "\"time\":", &at.as_millisecond().to_string());
                let line = with(&line, "\"intent\":\"", &intent.to_string());
                // The account's, not the operator's, which stands before it.
                let (actor, user) = line.split_once(",\"user\":{\"uid\":\"").unwrap();
                let user = with(
                    &format!(",\"user\":{{\"uid\":\"{user}"),
                    "\"uid\":\"",
                    &format!("0000{:012x}", written / 2 % 40_000),
                );
                let user = with(&user, "\"name\":\"", &format!("person{:06}", written / 2 % 40_000));
                last = put(&format!("{actor}{user}"));
                at += step;
            }
            written += 2;
        }
        before = Some((name.clone(), last.0, last.1));
        let mut file = fs::OpenOptions::new().create_new(true).write(true).open(directory.join(&name)).unwrap();
        std::os::unix::fs::fchown(&file, None, None).unwrap();
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
}

fn years(systems: &Systems) {
    let records = number("RECORDS", 1_000_000);
    let (empty, full) = (systems.place.path().join("empty"), systems.place.path().join("full"));
    of_a_year(systems, &full, records);
    println!("{records} records in {FILES} files, {} MB", size(&full) / 1_000_000);
    let limits = "account_a_day = 1000\noperator_an_hour = 100000";
    let configs = |policy: &str, name: &str| {
        (
            systems.config(&format!("{name}-0.toml"), &empty, policy),
            systems.config(&format!("{name}-1.toml"), &full, policy),
        )
    };
    let mut names = locked(&configs("", "names").0);
    let mut some = |count: usize| names.split_off(names.len() - count);
    let began = Instant::now();
    unbolt(&configs("", "first").1, &["unlock", &some(1)[0], "--provider", "pingone", "--yes"]).status().unwrap();
    println!("the first unlock, which reads everything once: {:.2} s", began.elapsed().as_secs_f64());
    unbolt(&configs(limits, "second").1, &["unlock", &some(1)[0], "--provider", "pingone", "--yes"]).status().unwrap();
    let cases: [(&str, &str, &[&str]); 3] = [
        ("find", "", &["find", "alan"]),
        ("unlock", "", &["unlock", "@", "--provider", "pingone", "--yes"]),
        ("unlock with limits", limits, &["unlock", "@", "--provider", "pingone", "--yes"]),
    ];
    for (name, policy, arguments) in cases {
        let (small, large) = configs(policy, "case");
        let (without, little) = timed(31, &unbolt(&small, arguments), &some(32));
        let (with, much) = timed(31, &unbolt(&large, arguments), &some(32));
        println!(
            "{name:<20} {without:6.1} ms empty, {with:6.1} ms full, ratio {:.2}; {:+.1} MB",
            with / without,
            much - little
        );
    }
    let (_, full_config) = configs("", "case");
    let shell = |words: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{words} {}/*.jsonl", full.display()));
        command
    };
    let (sum, _) = timed(5, &shell("sha256sum"), &[]);
    let (verify, memory) = timed(5, &unbolt(&full_config, &["ledger", "verify"]), &[]);
    println!(
        "verify               {verify:6.0} ms, sha256sum {sum:6.0} ms, {:.2} of its speed; {memory:.0} MB",
        sum / verify
    );
    let (grep, _) = timed(5, &shell("grep -h person012345"), &[]);
    let (show, memory) = timed(5, &unbolt(&full_config, &["ledger", "show", "--person", "person012345"]), &[]);
    println!(
        "show --person        {show:6.0} ms, grep {grep:6.0} ms, {:.2}, {:+.0} ms; {memory:.0} MB",
        show / grep,
        show - grep
    );
}

fn main() {
    let systems = Systems::start();
    years(&systems);
    refusals(&systems);
}
