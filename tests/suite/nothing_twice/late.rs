//! Requests that are delivered late, and clocks that jump.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::bent::{Bend, JSON, between};
use crate::support::{Ran, World, side_by_side};

use super::*;

#[test]
fn a_request_that_is_delivered_late_is_not_made_twice() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(2_700));
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert_eq!((count(&arrivals), world.unlocks().len()), (1, 1));
    // Whoever knows of a slower way says so.
    let world = World::new();
    world.add_to_config("total_timeout = \"1s\"\nlate_delivery = \"3s\"");
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(3_200));
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, count(&arrivals)), (0, 1), "{ran:?}");
}

#[test]
fn a_requests_age_counts_from_its_last_bytes_and_not_from_its_login() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    let arrivals: Arrivals = Arc::default();
    let (seen, behind) = (Arc::clone(&arrivals), world.url("pingone"));
    let _server = between(&world, "pingone", move |heard| {
        let (method, target) = heard.line();
        let so_far = seen.lock().unwrap().len();
        if method == "POST" && target.contains("/as/token") && so_far == 1 {
            std::thread::sleep(Duration::from_millis(1_800));
        }
        if method == "GET" || !target.contains("/users/") {
            return Bend::Pass;
        }
        seen.lock().unwrap().push(Instant::now());
        if so_far == 0 {
            let detail = json!({"code": "INVALID_TOKEN", "message": "expired"});
            let body = json!({"id": "1", "code": "ACCESS_FAILED", "message": "no", "details": [detail]});
            return Bend::Instead((401, JSON, body.to_string()));
        }
        // A gateway gives up at once, and what it holds is delivered all the same.
        let (url, heard) = (format!("{behind}{target}"), heard.clone());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1_500));
            let head: String = heard
                .head
                .lines()
                .skip(1)
                .filter(|line| !line.to_lowercase().starts_with("host:"))
                .flat_map(|line| [line, "\r\n"])
                .collect();
            crate::support::raw_http("POST", &url, &head, &heard.body);
        });
        Bend::Instead((502, "Content-Type: text/html\r\n", "<html>bad gateway</html>".to_owned()))
    });
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert_eq!(count(&arrivals), 2, "the refused one, and one that was carried out: {ran:?}");
}

/// The same command with a wall clock that somebody has set.
pub(super) fn at_another_time(world: &World, offset: &str, arguments: &[&str]) -> Option<Ran> {
    let faketime = ["/usr/bin/faketime", "/bin/faketime"].into_iter().find(|path| Path::new(path).exists());
    let Some(faketime) = faketime else {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test needs faketime");
        return None;
    };
    let own = world.command(arguments);
    let mut command = Command::new(faketime);
    command.args(["-f", offset]).arg(own.get_program()).args(own.get_args()).env_clear();
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    Some(Ran::from(command.stdin(Stdio::null()).output().unwrap()))
}

#[test]
fn a_wall_clock_that_jumps_repeats_nothing_and_makes_nobody_wait_in_silence() {
    side_by_side(["+1h", "-1h", "+1d", "-1d"], |offset| {
        let world = World::new();
        world.add_to_config("total_timeout = \"2s\"");
        let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(1_500));
        left_on_the_way(&world, ("pingone", "ada"), &arrivals, rustix::process::Signal::KILL);
        let began = Instant::now();
        let Some(ran) = at_another_time(&world, offset, &["ledger", "resolve"]) else { return };
        assert!(ran.code == 0 && ran.out.contains("unlocked"), "{offset}: {ran:?}");
        assert!(ran.err.contains("may still be under way; looking again in"), "it says for what it waits: {ran:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{offset}: {:?}", began.elapsed());
        assert_eq!(count(&arrivals), 1, "{offset}");
    });
    // A run that was killed is ordered by who saw what, not by clocks.
    let world = World::new();
    world.add_to_config("total_timeout = \"1s\"");
    let list = world.place.path().join("names.txt");
    std::fs::write(&list, "ada\nasmith2\n").unwrap();
    let file = world.place.path().join("names.plan").display().to_string();
    let plan = ["bulk", "plan", list.to_str().unwrap(), "-o", &file];
    let Some(_) = at_another_time(&world, "+1h", &plan) else { return };
    world.fault(json!({"fault": "status", "status": 400, "match": "/users/", "method": "POST"}));
    let id = uuid_of(&file);
    let run = ["bulk", "run", &file, "--yes", "--pause", "0", "--json"];
    let Some(first) = at_another_time(&world, "+1h", &run) else { return };
    assert_ne!(first.code, 0, "{first:?}");
    world.fault(json!({"fault": "clear"}));
    let resumed = world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0", "--json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    assert_eq!(report["totals"], json!({"unlocked": 2}), "what came last stands: {report}");
}
