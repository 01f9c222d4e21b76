//! `cargo bench --bench lists`: a list of a million lines read into rows, beside Python's `csv.reader` on the same file, in
//! one run; and the most memory that it took. Prints figures; asserts nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::fs::File;
use std::process::Command;
use std::time::Instant;

use unbolt::bulk::{List, ListOptions};

const LINES: usize = 1_000_000;
const PYTHON: &str = "import csv, sys, time\nt = time.perf_counter()\nn = sum(1 for _ in csv.reader(open(sys.argv[1], newline='')))\nprint(time.perf_counter() - t)";

fn main() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("list.csv");
    let mut text = String::from("username,email,ticket\n");
    for n in 0..LINES {
        let _ = writeln!(text, "user{n:07},user{n:07}@acme.test,INC-{n}");
    }
    std::fs::write(&path, &text).unwrap();
    drop(text);
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let python = Command::new("python3").args(["-c", PYTHON, path.to_str().unwrap()]).output().unwrap();
        let python: f64 = String::from_utf8_lossy(&python.stdout).trim().parse().unwrap();
        let began = Instant::now();
        let list = List::read(File::open(&path).unwrap(), &ListOptions::default()).unwrap();
        assert_eq!(list.lines().count(), LINES);
        let own = began.elapsed().as_secs_f64();
        println!("{LINES} lines: {own:.2} s, csv.reader {python:.2} s, ratio {:.2}", own / python);
        ratios.push(own / python);
    }
    ratios.sort_by(f64::total_cmp);
    println!("ratio, median                      {:.2}", ratios.get(2).copied().unwrap_or_default());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let most = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("most memory                        {}", most.trim_start_matches("VmHWM:").trim());
}
