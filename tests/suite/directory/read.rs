//! What a directory tells of an account, for each server.

use serde_json::{Value, json};

use crate::support::World;

use super::*;

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
