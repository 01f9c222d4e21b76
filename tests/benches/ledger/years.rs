//! A ledger of years: what a start, a search and a check of it cost.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::{NoContext, Uuid};

use super::{FILES, Systems, locked, members, number, size, timed, unbolt, with};

/// A ledger of a year, of records as the program writes them.
pub(super) fn of_a_year(systems: &Systems, directory: &Path, records: usize) {
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

pub(super) fn years(systems: &Systems) {
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
