//! An unlock reaches every server that holds a count or a lock.

use serde_json::json;

use crate::support::wait_for;

use super::*;

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
