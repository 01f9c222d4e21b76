//! Adaxes, by the real binary against the simulated service.

use serde_json::{Value, json};

use crate::support::World;

fn world() -> World {
    World::only("adaxes")
}

fn unlock(world: &World, who: &str) -> (i32, Value) {
    let ran = world.run(&["unlock", who, "--yes", "--json", "--wait", "10"]);
    (ran.code, ran.json()[0].clone())
}

#[test]
fn an_account_is_found_by_name_dn_guid_and_sid() {
    let world = world();
    let ada = world.person("ada")["adaxes"].clone();
    for who in [
        "ada",
        "ADA@acme.test",
        "E100001",
        ada["guid"].as_str().unwrap(),
        ada["sid"].as_str().unwrap(),
        ada["dn"].as_str().unwrap(),
    ] {
        let found = world.run(&["find", who, "--json"]).json();
        assert_eq!(found[0]["accounts"][0]["username"], "ada", "{who}");
        assert_eq!(found[0]["accounts"][0]["id"], ada["guid"], "the GUID is what never changes");
    }
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["lock"]["state"], "locked");
    assert_eq!(
        (account["bad_logins"]["count"].as_u64(), account["bad_logins"]["qualifier"].as_str()),
        (Some(3), Some("at_least"))
    );
    assert!(account["bad_logins"]["scope"].as_str().unwrap().contains("one domain controller"));
    assert!(account["lock"]["since"].is_string(), "a FILETIME is a moment");
}

#[test]
fn a_dn_with_commas_and_other_letters_stays_one_name() {
    let world = world();
    let bobby = world.person("bobby\"tables\\")["adaxes"].clone();
    assert!(bobby.is_null() || bobby["dn"].is_string());
    let found = world.run(&["find", "asmith*)(uid=*", "--json"]);
    assert_eq!((found.code, found.out.trim()), (1, "[]"), "filter breakers are data: {found:?}");
}

#[test]
fn operation_results_are_read_truly() {
    let cases = [
        ("ada", 0, "unlocked", "done"),
        ("alan", 0, "unlocked", "The manager could not be notified. (warning)"),
        ("phoebe", 1, "failed", "The account can't be unlocked now. (error)"),
        ("katherine", 6, "pending_approval", "Send this operation for approval. (triggered)"),
        ("linus", 0, "unlocked", "done"),
    ];
    for (who, code, outcome, words) in cases {
        let world = world();
        let (got, result) = unlock(&world, who);
        assert_eq!((got, result["outcome"].as_str()), (code, Some(outcome)), "{who}: {result}");
        assert!(result.to_string().contains(words), "{who}: {result}");
        assert_eq!(world.unlocks().len(), 1, "{who}");
    }
}

#[test]
fn an_approval_that_never_comes_stays_open_in_the_ledger() {
    let world = world();
    unlock(&world, "katherine");
    let open = world.run(&["ledger", "show", "--open", "--json"]).json();
    assert_eq!(open[0]["outcome"], "pending_approval");
    assert_eq!(world.run(&["find", "katherine", "--json"]).json()[0]["accounts"][0]["lock"]["state"], "locked");
}

#[test]
fn a_result_that_is_not_known_or_for_another_object_is_no_success() {
    let answer = |kind: i64, dn: &str| json!({"resultType": kind, "innerMessages": [], "exception": null, "actualObjectDN": dn, "extraInfo": {}});
    let world = world();
    let dn = world.person("ada")["adaxes"]["dn"].as_str().unwrap().to_owned();
    let body = answer(7, &dn).to_string();
    world.fault_of(
        "adaxes",
        json!({"fault": "body", "body": body, "content_type": "application/json", "match": "/unlock", "times": 1}),
    );
    let (_, result) = unlock(&world, "ada");
    assert_eq!(result["outcome"], "unlocked", "a kind that isn't known proves nothing; the read does: {result}");
    let world = self::world();
    let body = answer(0, "CN=Somebody Else,DC=acme,DC=test").to_string();
    world.fault_of(
        "adaxes",
        json!({"fault": "body", "body": body, "content_type": "application/json", "match": "/unlock", "times": 1}),
    );
    let (code, result) = unlock(&world, "ada");
    assert_eq!((code, result["outcome"].as_str()), (4, Some("unknown")), "{result}");
    assert!(result["problem"].to_string().contains("CN=Somebody Else"), "{result}");
    assert_eq!(world.unlocks().len(), 1, "nothing is repeated");
}

#[test]
fn the_older_search_is_used_where_the_newer_is_not_there() {
    let world = world();
    world.fault_of("adaxes", json!({"fault": "status", "status": 405, "match": "/search", "method": "POST"}));
    let found = world.run(&["find", "ada", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["username"], "ada");
}

#[test]
fn the_handshake_of_older_versions_logs_in_and_says_what_a_refusal_costs() {
    let world = world();
    let password = world.place.path().join("password");
    let text =
        world.config_text().lines().filter(|line| !line.starts_with("token")).collect::<Vec<_>>().join("\n") + "\n";
    let login = format!("username = \"svc-unbolt@acme.test\"\npassword = {{ file = \"{}\" }}\n", password.display());
    std::fs::write(world.config_path(), text + &login).unwrap();
    let write = |secret: &str| {
        std::fs::write(&password, secret).unwrap();
        std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    };
    write("sim-adaxes-password~8Rt");
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked", "{ran:?}");
    let paths: Vec<String> = world
        .get("/requests")
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["method"].as_str().unwrap(), one["path"].as_str().unwrap()))
        .collect();
    assert!(paths.contains(&"DELETE /restApi/api/authSessions".to_owned()), "the session is ended: {paths:?}");
    write("wrong-one");
    let before = world.get("/requests").as_array().unwrap().len();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("4 attempts left") && ran.err.contains("burns an attempt"), "{ran:?}");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before + 1, "a refused login is not tried again");
}
