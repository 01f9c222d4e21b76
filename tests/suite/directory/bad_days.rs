//! Servers that are down, slow, wrong or not who they should be.

use serde_json::json;

use crate::support::headless_app::Desk;

use super::*;

#[test]
fn a_controller_that_is_down_keeps_its_row_and_holds_up_nobody() {
    let world = world();
    // A port where nobody listens stands for DC3.
    let urls = world.url("ad");
    let third = urls.split(',').nth(2).unwrap();
    let text = world.config_text().replace(third, "ldap://127.0.0.1:9");
    std::fs::write(world.config_path(), text).unwrap();
    let found = account(&world, "rfranklin");
    let told = rows(&found);
    assert!(told.iter().any(|row| row.2.starts_with("not read: ")), "{told:?}");
    assert_eq!(found["bad_logins"]["qualifier"], "at_least");
    assert!(found["problem"]["what"].as_str().unwrap().contains("not every server"), "{found}");
    let (code, result) = unlock(&world, &["rfranklin", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert!(result.to_string().contains("not reached: 127.0.0.1:9"), "{result}");
    let check = world.run(&["check"]);
    assert!(check.out.contains("FAIL") || check.out.contains("fail"), "{check:?}");
}

#[test]
fn a_directory_whose_servers_all_fail_is_down_though_it_answered_before() {
    let world = world();
    world.add_to_config("total_timeout = \"1s\"\nconnect_timeout = \"1s\"");
    let mut desk = Desk::new(&world);
    desk.look_at("rfranklin");
    assert_eq!(desk.state.providers[0].health.reachable, Some(true));
    world.fault_of("ad", json!({"fault": "latency", "ms": 3_000, "method": "SEARCH"}));
    desk.press("r");
    desk.settle_within(std::time::Duration::from_secs(5));
    let health = &desk.state.providers[0].health;
    assert_eq!(health.reachable, Some(false), "{health:?}");
    assert!(health.problem.as_ref().is_some_and(|problem| problem.what.contains("doesn't answer")), "{health:?}");
}

#[test]
fn every_bad_day_has_a_clear_problem() {
    let cases = [
        (json!({"fault": "status", "status": 51, "method": "SEARCH"}), "busy"),
        (json!({"fault": "status", "status": 8, "method": "SEARCH"}), "start_tls"),
        (json!({"fault": "status", "status": 10, "method": "SEARCH"}), "never followed"),
        (json!({"fault": "status", "status": 49, "method": "BIND"}), "refused the login"),
        (json!({"fault": "status", "status": 53, "method": "BIND"}), "unwilling"),
        (json!({"fault": "cut", "method": "SEARCH"}), "was cut before an answer"),
        (json!({"fault": "truncate", "method": "SEARCH"}), "was cut before an answer"),
        (json!({"fault": "latency", "ms": 3_000, "method": "SEARCH"}), "didn't answer in time"),
    ];
    for (order, words) in cases {
        let world = world();
        world.add_to_config("total_timeout = \"1s\"\nconnect_timeout = \"1s\"");
        world.fault_of("ad", order.clone());
        let ran = world.run(&["find", "rfranklin"]);
        assert!(ran.code != 0 && ran.err.contains(words), "{order}: {ran:?}");
    }
}

#[test]
fn a_refused_login_is_sent_once_and_not_to_every_controller() {
    let world = world();
    world.fault_of("ad", json!({"fault": "status", "status": 49, "method": "BIND"}));
    world.run(&["find", "rfranklin"]);
    let requests = world.get("/requests");
    let binds = requests.as_array().unwrap().iter().filter(|one| one["method"] == "BIND").count();
    assert_eq!(binds, 1, "each refusal counts towards the login's own lockout");
}

#[test]
fn a_connection_that_the_server_closed_is_opened_anew() {
    for (method, times) in [("SEARCH", 4), ("BIND", 1), ("MODIFY", 1)] {
        let world = world();
        world.add_to_config("total_timeout = \"1s\"\nlate_delivery = \"100ms\"");
        world.fault_of("ad", json!({"fault": "close_silently", "method": method, "times": times}));
        let (code, result) = unlock(&world, &["rfranklin", "--yes"]);
        assert!(result["outcome"] == "unlocked" && code == 0, "{method}: {result}");
    }
}

#[test]
fn starttls_that_is_refused_ends_it() {
    let world = world();
    let text = world.config_text().replace("discover = false", "discover = false\nstart_tls = true");
    std::fs::write(world.config_path(), text).unwrap();
    let ran = world.run(&["find", "rfranklin"]);
    assert!(ran.code != 0 && ran.err.contains("refused to begin TLS"), "{ran:?}");
    let requests = world.get("/requests");
    assert!(requests.as_array().unwrap().iter().all(|one| one["method"] != "BIND"), "no login without TLS");
}

#[test]
fn an_empty_password_is_never_sent() {
    let world = world();
    let path = format!("{}.ad.secret", world.config_path().display());
    std::fs::write(&path, "\n").unwrap();
    let ran = world.run(&["find", "rfranklin"]);
    assert!(ran.code != 0 && ran.err.contains("empty"), "{ran:?}");
    let requests = world.get("/requests");
    assert!(requests.as_array().unwrap().iter().all(|one| one["method"] != "BIND"));
}

#[test]
fn a_certificate_that_ran_out_or_is_for_another_name_is_told() {
    for (years, name, words) in
        [((2020, 2021), "localhost", "renew"), ((2020, 2050), "other.test", "not in the certificate")]
    {
        let (world, server) = (world(), crate::tls::server(years, name));
        let ca = world.place.path().join("ca.pem");
        std::fs::write(&ca, &server.authority).unwrap();
        let text = format!(
            "[[provider]]\nname = \"ad\"\nkind = \"directory\"\nservers = [\"ldaps://localhost:{}\"]\nusername = \"x@y\"\n\
             password = {{ file = \"{}.ad.secret\" }}\nca_file = {ca:?}\n",
            server.port,
            world.config_path().display()
        );
        std::fs::write(world.config_path(), text).unwrap();
        let ran = world.run(&["find", "rfranklin"]);
        assert!(
            ran.code != 0 && ran.err.contains("certificate was not accepted") && ran.err.contains(words),
            "{ran:?}"
        );
    }
}

#[test]
fn a_first_configuration_with_several_servers_is_written_and_works() {
    let world = world();
    let path = world.place.path().join("fresh.toml").display().to_string();
    let servers = format!("servers={}", world.url("ad").replace(',', ", "));
    let secret = format!("file:{}.ad.secret", world.config_path().display());
    let arguments = ["config", "init", "--config", &path, "--kind", "directory", "--name", "ad", "--set", &servers];
    let more = ["--set", "profile=active-directory", "--set", "username=helpdesk@plant.test", "--secret", &secret];
    let ran = world.run(&[&arguments[..], &more[..]].concat());
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(ran.code == 0 && text.contains("kind = \"directory\""), "{ran:?}\n{text}");
    std::fs::copy(&path, world.config_path()).unwrap();
    assert_eq!(account(&world, "rfranklin")["bad_logins"]["replicas"].as_array().unwrap().len(), 3);
}
