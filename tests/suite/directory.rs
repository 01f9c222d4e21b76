//! Directories by the real binary, against the simulated domain of three controllers.

use serde_json::{Value, json};

use crate::support::headless_app::Desk;
use crate::support::{World, wait_for};

fn world() -> World {
    World::only("ad")
}

fn account(world: &World, who: &str) -> Value {
    world.run(&["find", who, "--json"]).json()[0]["accounts"][0].clone()
}

/// Name, count and state of each controller's row.
fn rows(account: &Value) -> Vec<(String, Option<u64>, String)> {
    let rows = account["bad_logins"]["replicas"].as_array().unwrap().iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.map(|row| (text(row, "name"), row["count"].as_u64(), text(row, "state"))).collect()
}

fn unlock(world: &World, arguments: &[&str]) -> (i32, Value) {
    let ran = world.run(&[&["unlock"], arguments, &["--json", "--wait", "10"]].concat());
    (ran.code, ran.json()[0].clone())
}

/// The changes that the controllers received, as `DC2 <GUID=…>`.
fn changes(world: &World) -> Vec<String> {
    let requests = world.get("/requests");
    let all = requests.as_array().unwrap().iter().filter(|one| one["method"] == "MODIFY");
    all.map(|one| one["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_account_is_found_by_every_name_and_id() {
    let world = world();
    let user = world.person("rfranklin")["directory"].clone();
    let (guid, dn) = (user["guid"].as_str().unwrap(), user["dn"].as_str().unwrap());
    let sid = format!("S-1-5-21-1731294482-1022455337-3155129881-{}", user["number"]);
    let braced = format!("{{{}}}", guid.to_uppercase());
    let names = ["rfranklin", "RFRANKLIN@plant.test", "rosalind.franklin@plant.test", "Rosalind Franklin", "E100015"];
    for who in names.into_iter().chain([guid, dn, &sid, &braced]) {
        let found = account(&world, who);
        assert_eq!((found["username"].as_str(), found["id"].as_str()), (Some("rfranklin"), Some(guid)), "{who}");
    }
    for part in ["rosa", "Frank", "franklin, rosa"] {
        let found = world.run(&["find", part, "--json"]).json();
        assert_eq!(found[0]["accounts"][0]["username"], "rfranklin", "{part}");
    }
    for breaker in ["*)(objectClass=*", "rfrank*", "\\2a", "(", "x)(|(cn=*"] {
        let found = world.run(&["find", breaker, "--json"]);
        assert_eq!((found.code, found.out.trim()), (1, "[]"), "{breaker}: {found:?}");
    }
}

#[test]
fn three_controllers_that_disagree_each_have_their_row() {
    let world = world();
    let found = account(&world, "rfranklin");
    let told = rows(&found);
    let expected = [("DC1", Some(2)), ("DC2", Some(3)), ("DC3", Some(1))];
    for ((name, count, _), (wanted, most)) in told.iter().zip(expected) {
        assert_eq!((name.as_str(), *count), (wanted, most), "{told:?}");
    }
    assert_eq!((told[1].2.as_str(), found["lock"]["state"].as_str()), ("locked", Some("locked")));
    assert_eq!((found["bad_logins"]["count"].as_u64(), found["bad_logins"]["limit"].as_u64()), (Some(3), Some(3)));
    assert_eq!(found["may_unlock"], "yes");
    let second = &found["bad_logins"]["replicas"][1];
    assert_eq!((second["origin"].as_str(), second["site"].as_str()), (Some("DC2"), Some("Plant")));
    // The lock reaches the others, with the controller where it began; the counts don't.
    world.post("/clock", json!({"advance_s": 6}));
    let later = account(&world, "rfranklin");
    let replicas = later["bad_logins"]["replicas"].as_array().unwrap();
    assert!(replicas.iter().all(|row| row["state"] == "locked" && row["origin"] == "DC2"), "{replicas:?}");
    let counts: Vec<Option<u64>> = rows(&later).iter().map(|row| row.1).collect();
    assert_eq!(counts, [Some(2), Some(3), Some(1)]);
}

#[test]
fn an_unlock_leaves_no_count_on_any_controller() {
    let world = world();
    let (code, result) = unlock(&world, &["rfranklin", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert!(result.to_string().contains("written to DC1, DC2, DC3"), "{result}");
    assert!(result.to_string().contains("open on 3 of 3"), "{result}");
    let sent = changes(&world);
    assert!(sent.len() == 3 && sent.iter().all(|path| path.contains("<GUID=")), "{sent:?}");
    assert!(rows(&account(&world, "rfranklin")).iter().all(|row| row.1 == Some(0)));
    // One more wrong password anywhere locks nobody.
    for controller in 1..=3 {
        assert!(!world.person("rfranklin")["directory"]["controllers"][controller - 1].is_null());
    }
    assert_eq!(unlock(&world, &["rfranklin", "--yes"]).1["outcome"], "already_open");
    assert_eq!(changes(&world).len(), 3, "what is open is not written to");
}

#[test]
fn where_the_right_is_missing_that_is_told_before_and_by_the_server_after() {
    let world = world();
    let found = account(&world, "enoether");
    let why = found["may_unlock_reason"].as_str().unwrap();
    assert!(found["may_unlock"] == "no" && why.contains("adminCount"), "{why}");
    let (code, result) = unlock(&world, &["enoether", "--yes"]);
    assert_eq!((code, result["outcome"].as_str()), (5, Some("refused")), "{result}");
    assert!(changes(&world).is_empty(), "nothing is sent that would be refused");
    let id = found["id"].as_str().unwrap();
    let (code, result) = unlock(&world, &["enoether", "--confirm", id]);
    assert_eq!((code, result["outcome"].as_str()), (5, Some("refused")), "{result}");
    assert!(result.to_string().contains("has no write property access"), "the server's own words: {result}");
}

#[test]
fn what_else_keeps_a_person_out_stands_apart_from_the_lock() {
    let world = world();
    let found = account(&world, "manning");
    assert_eq!(
        (found["lock"]["state"].as_str(), found["password"]["status"].as_str()),
        (Some("locked"), Some("must be changed"))
    );
    let told = world.run(&["find", "manning"]).out;
    assert!(told.contains("LOCKED") && told.contains("password expired"), "{told}");
    assert_eq!(unlock(&world, &["manning", "--yes"]).1["outcome"], "unlocked");
}

#[test]
fn who_is_locked_is_confirmed_by_the_computed_flag_and_told_once() {
    let world = world();
    let names = |world: &World| {
        let listed = world.run(&["locked", "--jsonl"]);
        let rows = listed.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut names: Vec<String> = rows.filter_map(|row| row["username"].as_str().map(str::to_owned)).collect();
        names.sort();
        (listed.code, names)
    };
    assert_eq!(names(&world), (0, vec!["enoether".into(), "manning".into(), "rfranklin".into()]));
    // The locks run out, and `lockoutTime` stays.
    world.post("/clock", json!({"advance_s": 1_900}));
    assert_eq!(names(&world), (0, Vec::new()));
}

#[test]
fn pages_are_followed_to_the_end() {
    let world = World::only_with("ad", 6_000);
    let found = world.run(&["find", "a", "--json"]);
    assert!(found.json().as_array().unwrap().len() > 20, "{}", found.err);
    // Three hundred in the list of each controller, in pages of 250.
    let usernames = |person: &Value| person["directory"]["guid"].as_str().map(|_| person["username"].clone());
    let people: Vec<Value> =
        world.get("/world")["people"].as_array().unwrap().iter().filter_map(usernames).take(300).collect();
    for name in &people {
        world.post("/lock", json!({"provider": "ad", "id": name, "controller": 3}));
    }
    let listed = world.run(&["locked", "--jsonl"]);
    let ids: std::collections::BTreeSet<&str> = listed.out.lines().collect();
    assert_eq!((listed.code, ids.len(), listed.out.lines().count()), (0, people.len(), people.len()), "{}", listed.err);
}

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
fn an_unlock_without_an_answer_is_read_back_before_anything_else() {
    for (fault, is_done) in [(json!({"fault": "cut"}), true), (json!({"fault": "cut_before"}), false)] {
        let world = world();
        world.add_to_config("total_timeout = \"1s\"\nlate_delivery = \"100ms\"");
        let mut order = fault;
        order["method"] = json!("MODIFY");
        order["times"] = json!(3);
        world.fault_of("ad", order);
        let (code, result) = unlock(&world, &["rfranklin", "--yes"]);
        assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{is_done}: {result}");
        assert!(
            result.to_string().contains("in_doubt") || result.to_string().contains("cut before an answer"),
            "{result}"
        );
        // What was carried out isn't sent again; what wasn't is, with a record of its own.
        let sent = changes(&world).len();
        assert_eq!(sent, if is_done { 3 } else { 6 }, "{result}");
        let records = world.run(&["ledger", "show", "--json"]).json();
        assert_eq!(records.as_array().unwrap().len(), if is_done { 1 } else { 2 }, "{records}");
        assert!(rows(&account(&world, "rfranklin")).iter().all(|row| row.1 == Some(0)));
    }
}

#[test]
fn a_write_that_one_controller_refuses_is_told_with_what_the_others_did() {
    let world = world();
    world.fault_of("ad", json!({"fault": "status", "status": 50, "method": "MODIFY", "match": "DC2 "}));
    let (code, result) = unlock(&world, &["rfranklin", "--yes"]);
    assert!(result.to_string().contains("not on DC2") && result.to_string().contains("DC2 not yet"), "{result}");
    // The end of the lock reaches DC2 by itself, and its count stays.
    assert_eq!((code, result["outcome"].as_str()), (0, Some("unlocked")), "{result}");
    assert!(result.to_string().contains("on DC2: one more wrong password there locks it again"), "{result}");
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
fn groups_that_a_controller_computes_are_heard_by_the_policy() {
    let world = world();
    let plain = world.config_text();
    for admins in ["S-1-5-21-1731294482-1022455337-3155129881-512", "Domain Admins"] {
        // The groups stand elsewhere than the people.
        let text =
            format!("[policy]\nrefused_groups = [\"{admins}\"]\n\n{plain}\nbase_dn = \"OU=Staff,DC=plant,DC=test\"\n");
        std::fs::write(world.config_path(), text).unwrap();
        let ran = world.run(&["unlock", "enoether", "--yes"]);
        assert!(ran.code == 5 && ran.err.contains("refused_groups"), "nested and primary groups count: {ran:?}");
    }
    assert_eq!(
        rows(&account(&world, "rfranklin")).len(),
        3,
        "the controllers are the domain's, wherever people are searched"
    );
    assert_eq!(account(&world, "rfranklin")["bad_logins"]["limit"], 3);
    assert_eq!(unlock(&world, &["rfranklin", "--yes"]).0, 0);
}

#[test]
fn a_list_by_dn_guid_and_sid_is_planned_and_run() {
    let world = world();
    let user = |name: &str| world.person(name)["directory"].clone();
    let (guid, dn) = (user("rfranklin")["guid"].clone(), user("manning")["dn"].clone());
    let sid = format!("S-1-5-21-1731294482-1022455337-3155129881-{}", user("enoether")["number"]);
    let list = world.place.path().join("list.csv");
    std::fs::write(&list, format!("user\n{}\n\"{}\"\n{sid}\n", guid.as_str().unwrap(), dn.as_str().unwrap())).unwrap();
    let plan = world.place.path().join("plan.json").display().to_string();
    let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan, "--json"]);
    assert!(planned.out.contains("\"protected\"") && planned.out.contains("adminCount"), "{planned:?}");
    let arguments = world.confirmed(&["bulk", "run", &plan]);
    let ran = world.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(ran.code == 0 && ran.err.contains("2 unlocked"), "{ran:?}");
    let open = |name: &str| account(&world, name)["lock"]["state"] == "open";
    wait_for("both to be open", || (open("rfranklin") && open("manning")).then_some(()));
    assert!(!open("enoether"), "whom the login may not open stays as it is");
}

#[test]
fn one_account_through_two_doors_is_unlocked_through_one_and_confirmed_by_the_other() {
    let world = world();
    let table =
        world.config_text().split_once("[[provider]]").map(|(_, table)| format!("[[provider]]{table}")).unwrap();
    // The same domain behind another product's name.
    let front = table.replace("name = \"ad\"", "name = \"front\"\nunlock_through = \"ad\"");
    std::fs::write(world.config_path(), format!("{table}\n{front}")).unwrap();
    let found = world.run(&["find", "rfranklin", "--json"]).json();
    let accounts = found[0]["accounts"].as_array().unwrap();
    assert_eq!((found.as_array().unwrap().len(), accounts.len()), (1, 2), "{found}");
    assert_eq!(found[0]["evidence"][0]["rule"], "id");
    let confirming = accounts.iter().find(|account| account["provider"] == "front").unwrap();
    assert!(confirming["may_unlock_reason"].as_str().unwrap().contains("unlocked through ad"), "{confirming}");
    // One is clearly meant, though two are locked.
    let ran = world.run(&["unlock", "rfranklin", "--yes"]);
    assert!(ran.code == 0 && ran.err.contains("front reads open"), "{ran:?}");
    assert_eq!(changes(&world).len(), 3, "each controller once");
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "manning\n").unwrap();
    let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "--json"]);
    let rows = planned.json()["rows"].as_array().unwrap().clone();
    let verdicts: Vec<&str> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "unlock").count(), 1, "{planned:?}");
    let everywhere = world.run(&["unlock", "manning", "--everywhere", "--yes", "--json"]);
    let outcomes: Vec<String> =
        everywhere.json().as_array().unwrap().iter().map(|one| one["outcome"].to_string()).collect();
    assert!(
        outcomes.contains(&"\"unlocked\"".to_owned()) && outcomes.contains(&"\"left_alone\"".to_owned()),
        "{everywhere:?}"
    );
    // A door that isn't there, or leads nowhere, is told.
    let wrong = world.config_text().replace("unlock_through = \"ad\"", "unlock_through = \"none\"");
    std::fs::write(world.config_path(), wrong).unwrap();
    let ran = world.run(&["find", "rfranklin"]);
    assert!(ran.code == 2 && ran.err.contains("names no provider"), "{ran:?}");
}

#[test]
fn adaxes_count_is_named_by_the_controller_that_says_the_same() {
    let world = world();
    let table =
        world.config_text().split_once("[[provider]]").map(|(_, table)| format!("[[provider]]{table}")).unwrap();
    let front = table.replace("name = \"ad\"", "name = \"front\"\nunlock_through = \"ad\"");
    // The product in front asks one controller only.
    let second = world.url("ad").split(',').nth(1).unwrap().to_owned();
    let urls = table.lines().find(|line| line.starts_with("servers = ")).unwrap().to_owned();
    let front = front.replace(&urls, &format!("servers = [\"{second}\"]"));
    std::fs::write(world.config_path(), format!("{table}\n{front}")).unwrap();
    let found = world.run(&["find", "rfranklin", "--json"]).json();
    let accounts = found[0]["accounts"].as_array().unwrap();
    let front = accounts.iter().find(|account| account["provider"] == "front").unwrap();
    assert!(front["bad_logins"]["scope"].as_str().unwrap().contains("the count of DC2"), "{front}");
}

#[test]
fn an_entry_about_somebody_else_opens_nobody() {
    let world = world();
    let id = |who: &str| world.person(who)["directory"]["guid"].clone();
    let order =
        json!({"fault": "another_account", "id": id("rfranklin"), "instead": id("manning"), "method": "SEARCH"});
    world.fault_of("ad", order);
    let ran = world.run(&["unlock", "rfranklin", "--yes"]);
    assert!(ran.code != 0 && ran.err.contains("another account"), "{ran:?}");
    assert!(changes(&world).is_empty());
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
