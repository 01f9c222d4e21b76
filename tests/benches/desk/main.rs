//! `cargo bench --bench desk`: the desk beside public tools, in one run. Prints figures; asserts nothing.
//!
//! * time from the start of the process to the first frame, to settled rows, and to the status of the person on top, against
//!   a separate server with 5,000 people and all simulated systems, beside `fzf` on 5,000 lines (its full count);
//! * bytes per cursor key within the page, and on average over 200 keys, at 120x40; the time from a key to its first byte;
//! * bytes written while idle; resident memory at rest;
//! * a key's way to the first byte, and memory, after 600 people that were looked at, beside the start of the day.
//!
//! `BASE=/path/to/another/unbolt` measures the way of a key of that build beside this one's, on a server of its own.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]
mod terminal;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use terminal::Terminal;

const PEOPLE: usize = 5_000;
const PAIRS: usize = 15;
const UNBOLT: &str = env!("CARGO_BIN_EXE_unbolt");

fn median(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[0], values[values.len() / 2], values[values.len() - 1])
}

fn main() {
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("c.toml");
    let mut sim = Command::new(UNBOLT)
        .args(["sim", "--people", &PEOPLE.to_string(), "--config-out", config.to_str().unwrap()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !config.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let desk = || Terminal::start(UNBOLT, &["--config", config.to_str().unwrap()], place.path());
    first_frame(place.path(), &desk);
    keys(&desk);
    let base = std::env::var("BASE").ok().map(|program| base(&program, place.path()));
    let other = base.as_ref().map(|(start, _)| start.as_ref());
    way_of_a_key(&desk, other);
    if let Some((_, mut sim)) = base {
        sim.kill().unwrap();
        sim.wait().unwrap();
    }
    long_day(&desk, &usernames(&config));
    sim.kill().unwrap();
    sim.wait().unwrap();
}

type Start = Box<dyn Fn() -> Terminal>;

/// Another build on a server of its own.
fn base(program: &str, place: &Path) -> (Start, std::process::Child) {
    let config = place.join("base.toml");
    let people = PEOPLE.to_string();
    let mut command = Command::new(program);
    command.args(["sim", "--people", &people, "--config-out", config.to_str().unwrap()]).stdout(Stdio::null());
    let sim = command.spawn().unwrap();
    while !config.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let (program, place) = (program.to_owned(), place.to_owned());
    (Box::new(move || Terminal::start(&program, &["--config", config.to_str().unwrap()], &place)), sim)
}

fn first_frame(place: &Path, desk: &impl Fn() -> Terminal) {
    let lines = place.join("lines");
    let text = (0..PEOPLE)
        .map(|n| format!("Person {n:05}   person{n:05}   person{n:05}@acme.test\n"))
        .collect::<Vec<_>>()
        .concat();
    std::fs::write(&lines, text).unwrap();
    let has_fzf = Command::new("fzf").arg("--version").stdout(Stdio::null()).status().is_ok();
    let (mut first, mut settled, mut status, mut fzf) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=PAIRS {
        let screen = desk();
        let ms = |took: Duration| took.as_secs_f64() * 1e3;
        first.push(ms(screen.until(&[("Search", 1)])));
        settled.push(ms(screen.until_settled()));
        status.push(ms(screen.until(&[("5/5", 1)])));
        drop(screen);
        if has_fzf {
            let command = format!("exec fzf < {}", lines.display());
            let list = Terminal::start("/bin/sh", &["-c", &command], place);
            fzf.push(ms(list.until(&[("5000/5000", 1), ("Person 00000", 1)])));
        }
    }
    // The first pair warms the caches.
    let told = |name: &str, values: &[f64]| {
        let (low, middle, high) = median(values.iter().skip(1).copied().collect());
        println!("{name:<34} {middle:6.1} ms  ({low:.1} to {high:.1}, {PAIRS} runs)");
    };
    told("fzf, settled, 5,000 lines", &fzf);
    for (name, values) in [("first frame", &first), ("settled rows", &settled), ("status of the first person", &status)]
    {
        told(name, values);
        if has_fzf {
            let ratios: Vec<f64> = values.iter().zip(&fzf).skip(1).map(|(own, other)| own / other).collect();
            let (low, middle, high) = median(ratios);
            println!("  ratio to fzf                     {middle:6.2}     ({low:.2} to {high:.2}, pair by pair)");
        }
    }
}

fn keys(desk: &impl Fn() -> Terminal) {
    let mut desk = desk();
    desk.until(&[("Ada Lovelace", 1), ("5/5", 1)]);
    let at_rest = desk.rest();
    std::thread::sleep(Duration::from_secs(3));
    println!("bytes written in 3 s of idling     {}", desk.written() - at_rest);
    println!(
        "resident memory at rest            {:.1} MB",
        f64::from(u32::try_from(desk.resident_kib()).unwrap()) / 1024.0
    );
    desk.key("\x1b");
    let mut before = desk.rest();
    let mut within = Vec::new();
    for _ in 0..8 {
        desk.key("j");
        while desk.written() == before {
            std::thread::sleep(Duration::from_micros(200));
        }
        within.push(desk.written() - before);
        before = desk.rest();
    }
    println!("bytes per cursor key in the page   {within:?}");
    let start = desk.written();
    for _ in 0..200 {
        let seen = desk.written();
        desk.key("j");
        while desk.written() == seen {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    println!("bytes per key, mean of 200         {}", (desk.written() - start) / 200);
}

/// The time from a cursor key to its first byte, of this build and of another, key by key in turn.
fn way_of_a_key(desk: &impl Fn() -> Terminal, other: Option<&dyn Fn() -> Terminal>) {
    let mut screens = vec![desk()];
    screens.extend(other.map(|other| other()));
    for screen in &mut screens {
        screen.until(&[("Ada Lovelace", 1)]);
        screen.rest();
        screen.key("\x1b");
        screen.rest();
    }
    let mut took = vec![Vec::new(); screens.len()];
    for n in 0..200 {
        for (screen, took) in screens.iter_mut().zip(&mut took) {
            let seen = screen.written();
            let began = Instant::now();
            screen.key(if n % 20 < 10 { "j" } else { "k" });
            while screen.written() == seen {
                std::thread::sleep(Duration::from_micros(20));
            }
            took.push(began.elapsed().as_secs_f64() * 1e3);
            std::thread::sleep(Duration::from_millis(17));
        }
    }
    for (name, took) in ["this build", "the other build"].iter().zip(took) {
        let (low, middle, _) = median(took);
        println!("key to first byte, {name:<16} {middle:6.2} ms  (from {low:.2})");
    }
}

/// Some hundreds of user names, by what `find` tells for each letter.
fn usernames(config: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for letter in 'a'..='z' {
        let mut command = Command::new(UNBOLT);
        command.args(["--config", config.to_str().unwrap(), "find", &letter.to_string(), "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap_or_default();
        let people = found.as_array().into_iter().flatten();
        names.extend(people.filter_map(|one| Some(one["accounts"][0]["username"].as_str()?.to_owned())));
    }
    names
}

fn long_day(desk: &impl Fn() -> Terminal, names: &[String]) {
    let mut desk = desk();
    desk.until(&[("Ada Lovelace", 1), ("5/5", 1)]);
    let look = |desk: &mut Terminal, names: &[String]| {
        for name in names {
            desk.key("\x1b");
            std::thread::sleep(Duration::from_millis(60));
            desk.key(&format!("/\x15{name}"));
            std::thread::sleep(Duration::from_millis(30));
            desk.key("\r");
            std::thread::sleep(Duration::from_millis(40));
        }
        desk.key("\x1b");
        desk.rest();
        desk.key("/\x15");
        desk.rest();
        let mut took = Vec::new();
        for n in 0..100 {
            let seen = desk.written();
            let began = Instant::now();
            desk.key(if n % 2 == 0 { "a" } else { "\x7f" });
            while desk.written() == seen && began.elapsed() < Duration::from_secs(2) {
                std::thread::sleep(Duration::from_micros(50));
            }
            took.push(began.elapsed().as_secs_f64() * 1e3);
            std::thread::sleep(Duration::from_millis(20));
        }
        took.sort_by(f64::total_cmp);
        (took[50], took[98], f64::from(u32::try_from(desk.resident_kib()).unwrap()) / 1024.0)
    };
    let few = look(&mut desk, &names[..10.min(names.len())]);
    let many = look(&mut desk, &names[10.min(names.len())..names.len().min(610)]);
    println!("after 10 people looked at          key p50 {:.1} ms, p99 {:.1} ms, {:.1} MB", few.0, few.1, few.2);
    let seen = names.len().min(610);
    println!("after {seen} people looked at         key p50 {:.1} ms, p99 {:.1} ms, {:.1} MB", many.0, many.1, many.2);
    println!(
        "ratio                              p50 {:.2}, p99 {:.2}, memory {:.2}",
        many.0 / few.0,
        many.1 / few.1,
        many.2 / few.2
    );
}
