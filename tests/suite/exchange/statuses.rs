//! What each status and wait of an answer means.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::{Bend, JSON, between};

use super::*;

#[test]
fn the_wait_that_a_429_asks_for_is_told() {
    for (wait, told) in [("3600", "3600 s"), ("1.5", "2 s")] {
        let world = World::new();
        world.fault(json!({"fault": "status", "status": 429, "retry_after": wait, "match": "/users/", "method": "POST", "times": 1}));
        let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
        let result = &ran.json()[0];
        assert!(steps(result).contains(told) || result["problem"].to_string().contains(told), "{wait}: {ran:?}");
        assert_eq!(result["outcome"], if wait == "3600" { "failed" } else { "unlocked" }, "{wait}: {ran:?}");
    }
}

#[test]
fn a_401_about_rights_is_no_refused_login() {
    let world = World::new();
    let body = json!({"code": "ACCESS_FAILED", "message": "no", "details": [{"code": "INSUFFICIENT_PERMISSIONS"}]});
    let _server = between(&world, "pingone", move |heard| match heard.line() {
        ("POST", target) if target.contains("/users/") => Bend::Instead((401, JSON, body.to_string())),
        _ => Bend::Pass,
    });
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    let problem = &ran.json()[0]["problem"];
    assert_eq!((problem["code"].as_str(), ran.code), (Some("forbidden"), 1), "{ran:?}");
    assert!(problem["next"].as_str().unwrap().contains("role"), "{problem}");
}

#[test]
fn a_token_endpoint_that_fails_is_no_refused_login() {
    for (status, body, words) in [
        (500, "<html>", "error of its own"),
        (404, "<html>", "token endpoint"),
        (204, "", "token"),
        (200, "{}", "is no token"),
        (401, r#"{"error":"invalid_client"}"#, "refused the tool's own login"),
    ] {
        let world = World::new();
        let _server = between(&world, "pingone", move |heard| match heard.line().1 {
            target if target.contains("/token") => Bend::Instead((status, JSON, body.to_owned())),
            _ => Bend::Pass,
        });
        let found = world.run(&["find", "ada"]);
        assert!(found.code == 1 && found.err.contains(words), "{status}: {found:?}");
        assert_eq!(found.err.contains("own login"), status == 401, "{status}: {found:?}");
    }
}

#[test]
fn statuses_that_no_read_is_answered_with_are_not_called_redirects_or_errors() {
    for status in [201, 202, 204, 304] {
        let world = World::new();
        let _server = between(&world, "pingone", move |heard| match heard.line().1 {
            target if target.contains("/users?") => Bend::Instead((status, JSON, String::new())),
            _ => Bend::Pass,
        });
        let found = world.run(&["find", "ada"]);
        assert_eq!(found.code, 1, "{status}: {found:?}");
        assert!(!found.err.contains("redirect") && !found.err.contains("error of its own"), "{status}: {found:?}");
    }
}

#[test]
fn a_wait_in_tenths_of_a_second_is_waited_and_told() {
    use std::io::{BufRead as _, BufReader};
    let world = World::new();
    world.fault(
        json!({"fault": "status", "status": 429, "retry_after": "20.5", "match": "/users/", "method": "POST", "times": 1}),
    );
    let mut command = world.command(&["unlock", "ada", "--yes"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.find_map(|line| line.ok().filter(|line| line.contains("throttled")));
    assert!(told.as_ref().is_some_and(|line| line.contains("asked to wait 21 s")), "{told:?}");
    assert_eq!(world.unlocks().len(), 1, "and nothing is sent meanwhile");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_gateways_404_of_one_search_does_not_change_the_form_for_good() {
    let world = World::only("adaxes");
    world.fault_of("adaxes", json!({"fault": "html_not_found", "match": "/search", "times": 2}));
    let mut desk = crate::support::headless_app::Desk::new(&world);
    desk.look_at("ada");
    let searches = |method: &str| {
        let requests = world.get("/requests");
        let fits = |one: &&Value| one["method"] == method && one["path"].as_str().unwrap().ends_with("/search");
        requests.as_array().unwrap().iter().filter(fits).count()
    };
    assert!(searches("POST") >= 2, "the newer form is asked again");
}

#[test]
fn what_ends_in_a_stop_gets_no_second_one() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 403, "match": "/users?"}));
    let found = world.run(&["find", "ada"]);
    assert!(found.err.contains("completed. Next:") && !found.err.contains(".."), "{found:?}");
}
