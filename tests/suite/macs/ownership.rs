//! Whose Mac it is, how sure that is, and what a guess costs.

use serde_json::{Value, json};

use crate::support::{Ran, World};

use super::*;

#[test]
fn a_guess_needs_its_id_typed() {
    let world = world();
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--yes", "--json"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.err.contains("is a guess") && ran.err.contains("--confirm"), "{ran:?}");
    let id = world.run(&["find", "katherine", "--json"]).json()[0]["accounts"][0]["id"].as_str().unwrap().to_owned();
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--confirm", &id, "--json"]);
    assert_eq!(ran.code, 1, "the guess was wrong, and the Mac says so: {ran:?}");
    assert!(ran.out.contains("was not found"), "{ran:?}");
    // With the Mac's own list asked first, nothing is sent for a name that isn't there.
    world.add_to_config("check_user_list = true");
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--confirm", &id, "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("it lists kjohnson, itadmin"), "{ran:?}");
    assert!(
        ran.out.contains(r#"the question for the Mac's accounts, before \"unlock account\""#),
        "what went out is told as what it is: {ran:?}"
    );
    let (ran, result) = unlock(&world, "alan", &[]);
    assert!(result.to_string().contains("the Mac told no list"), "an error to the list holds nothing up: {ran:?}");
    let (ran, result) = unlock(&world, "alan", &[]);
    assert!(
        ran.code == 0 && result.to_string().contains("the Mac lists the account alan: sending the unlock"),
        "{ran:?}"
    );
}

#[test]
fn everywhere_leaves_a_mac_alone_unless_it_is_taken_in() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--yes", "--json"]);
    let of = |ran: &Ran, name: &str| {
        let results = ran.json();
        results.as_array().unwrap().iter().find(|one| one["provider"] == name).unwrap()["outcome"].clone()
    };
    assert_eq!(
        (ran.code, of(&ran, "pingone"), of(&ran, "macs")),
        (0, json!("unlocked"), json!("left_alone")),
        "{ran:?}"
    );
    let sent = |world: &World| {
        let requests = world.get("/requests");
        requests.as_array().unwrap().iter().filter(|one| one["path"].as_str().unwrap().contains("enqueue")).count()
    };
    assert_eq!(sent(&world), 0);
    let ran = world.run(&["unlock", "ada", "--everywhere", "--include", "not_reported", "--yes", "--json"]);
    assert_eq!((ran.code, of(&ran, "macs")), (0, json!("acknowledged")), "{ran:?}");
    // Without a word about it, a Mac among open accounts is not meant either.
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((ran.code, of(&ran, "macs")), (0, json!("left_alone")), "{ran:?}");
    assert_eq!(sent(&world), 1);
}

#[test]
fn people_are_found_by_what_each_server_knows() {
    let world = world();
    for server in ["nanomdm", "nanohub", "micromdm", "fleet", "jamf", "iru"] {
        world.use_mdm(server, "");
        let serial = world.person("ada")["mac"]["serial"].as_str().unwrap().to_owned();
        for who in ["ada@acme.test", serial.as_str()] {
            let found = world.run(&["find", who, "--json"]).json();
            let accounts: Vec<&Value> =
                found.as_array().unwrap().iter().flat_map(|person| person["accounts"].as_array().unwrap()).collect();
            assert!(
                accounts.iter().any(|account| account["username"] == "ada" && account["email"] == "ada@acme.test"),
                "{server} {who}: {found}"
            );
        }
        let id =
            world.run(&["find", "ada@acme.test", "--json"]).json()[0]["accounts"][0]["id"].as_str().unwrap().to_owned();
        let (ran, _) = unlock(&world, &id, &["--wait", "30"]);
        assert_eq!(ran.code, 0, "{server}: by its id: {ran:?}");
    }
}

#[test]
fn a_mac_is_not_meant_because_the_others_are_down_or_share_a_short_name() {
    let world = World::whole();
    for provider in ["pingone", "jumpcloud", "adaxes"] {
        world.fault_of(provider, json!({"fault": "status", "status": 500}));
    }
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "left_alone", "{ran:?}");
    let world = crate::macs::world();
    let map = format!("{}.macs.map.csv", world.config_path().display());
    let text = std::fs::read_to_string(&map).unwrap()
        + "abyron,byron@acme.test,Ada Byron,B42E5AA4-BC0E-8F90-A6B8-20B8AF07EA99,,ada\n";
    std::fs::write(&map, text).unwrap();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--include", "not_reported", "--yes", "--json"]);
    assert_eq!(ran.code, 2, "two people's Macs: {ran:?}");
    let sent = world.get("/requests").to_string().contains("enqueue");
    assert!(!sent);
}

#[test]
fn a_udid_in_other_letters_reaches_the_mac_of_a_micromdm() {
    let world = world();
    world.use_mdm("micromdm", "");
    let path = format!("{}.macs.map.csv", world.config_path().display());
    let map = std::fs::read_to_string(&path).unwrap();
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    std::fs::write(&path, map.replace(&udid, &udid.to_lowercase())).unwrap();
    let (ran, result) = unlock(&world, "ada", &["--wait", "20"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    let asked = world.get("/requests");
    let devices = asked.as_array().unwrap().iter().filter(|one| one["path"].as_str().unwrap().ends_with("/v1/devices"));
    for one in devices {
        assert!(one["body"].as_str().unwrap().contains("filter_serial"), "one device is asked for, never all: {one}");
    }
}

#[test]
fn a_mac_that_only_the_map_knows_is_shown_and_says_what_to_correct() {
    let world = world();
    world.use_mdm("micromdm", "");
    let path = format!("{}.macs.map.csv", world.config_path().display());
    let map = std::fs::read_to_string(&path).unwrap();
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    std::fs::write(&path, map.replace(&udid, "AAAAAAAA-0000-4000-8000-000000000BAD")).unwrap();
    let found = world.run(&["find", "ada", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["may_unlock"], "no", "{found:?}");
    let ran = world.run(&["unlock", "ada", "--yes"]);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(ran.code == 5 && said.contains("correct the UDID in the map"), "{ran:?}");
    let requests = world.get("/requests");
    let sent =
        |one: &serde_json::Value| one["method"] != "GET" && one["path"].as_str().unwrap().contains("/v1/commands");
    assert!(!requests.as_array().unwrap().iter().any(sent), "nothing is sent to a queue that nobody fetches");
}
