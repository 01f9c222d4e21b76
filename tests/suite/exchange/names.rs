//! Names and addresses as each system spells them.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::{Bend, between, changed, json_reply};

use super::*;

#[test]
fn what_the_service_resolves_is_found_however_it_is_spelled() {
    let world = World::only("adaxes");
    let spelled = |who: &str| {
        let own = world.person(who)["adaxes"].clone();
        let (guid, sid, dn) =
            (own["guid"].as_str().unwrap(), own["sid"].as_str().unwrap(), own["dn"].as_str().unwrap());
        vec![guid.to_uppercase(), format!("{{{guid}}}"), sid.to_owned(), dn.replace(',', ", "), dn.to_lowercase()]
    };
    // Mallory's SID comes as bytes, and somebody's isn't told at all.
    for who in ["ada", "mallory", "dorothy"] {
        for text in spelled(who) {
            let found = world.run(&["find", &text, "--json"]);
            assert_eq!(found.json()[0]["accounts"][0]["username"], who, "{text}: {found:?}");
        }
    }
    let guid = world.person("ada")["adaxes"]["guid"].as_str().unwrap().to_owned();
    assert_eq!(world.run(&["unlock", &format!("{{{guid}}}"), "--yes"]).code, 0);
}

#[test]
fn a_name_that_only_the_system_knows_finds_its_account() {
    let cases = [("jumpcloud", "alternateEmail"), ("jumpcloud", "systemUsername"), ("adaxes", "userPrincipalName")];
    for (provider, member) in cases {
        let world = World::only(provider);
        let _server = between(&world, provider, move |heard| {
            let (method, target) = heard.line();
            let lists = target.contains("/search") && method == "POST" && heard.body.contains("other.name");
            let reads = method == "GET" && (target.contains("/systemusers/") || target.contains("/directoryObjects?"));
            let paint = move |row: &mut Value| match provider {
                "adaxes" => row["properties"][member.to_lowercase()] = json!(["other.name@elsewhere.test"]),
                _ => row[member] = json!("other.name@elsewhere.test"),
            };
            if lists {
                return Bend::Instead(json_reply(LISTED.with(provider, paint)));
            }
            if reads { changed(paint) } else { Bend::Pass }
        });
        LISTED.learn(&world, provider);
        let found = world.run(&["find", "other.name@elsewhere.test", "--json"]);
        assert_eq!(found.code, 0, "{provider} {member}: {found:?}");
        assert_eq!(found.json()[0]["accounts"][0]["username"], "grace", "{provider} {member}");
    }
}

/// Grace as she stands in a list.
pub(super) struct Listed(std::sync::Mutex<Value>);

impl Listed {
    fn learn(&self, world: &World, provider: &str) {
        let own = world.person("grace")[provider].clone();
        *self.0.lock().unwrap() = match provider {
            "adaxes" => json!({
                "guid": own["guid"], "dn": own["dn"], "displayName": "Grace Hopper", "objectType": "user",
                "accountStatus": {"isDisabled": false, "isLocked": false},
                "properties": {"samaccountname": ["grace"]},
            }),
            _ => json!({"_id": own["id"], "username": "grace"}),
        };
    }

    fn with(&self, provider: &str, paint: impl Fn(&mut Value)) -> Value {
        let mut row = self.0.lock().unwrap().clone();
        paint(&mut row);
        if provider == "adaxes" { json!({"objects": [row]}) } else { json!({"totalCount": 1, "results": [row]}) }
    }
}

pub(super) static LISTED: Listed = Listed(std::sync::Mutex::new(Value::Null));

#[test]
fn the_console_address_may_end_in_api_and_a_user_may_answer_an_unlock() {
    let world = World::only("jumpcloud");
    let url = world.url("jumpcloud");
    let text = world.config_text().replace(&format!("base_url = \"{url}\""), &format!("base_url = \"{url}/api\""));
    std::fs::write(world.config_path(), text).unwrap();
    assert_eq!(world.run(&["find", "grace"]).code, 0);
    let world = World::only("jumpcloud");
    let id = world.person("grace")["jumpcloud"]["id"].clone();
    let _server = between(&world, "jumpcloud", move |heard| {
        let id = id.clone();
        match heard.line().1 {
            target if target.contains("/unlock") => Bend::After(Box::new(move |_| {
                json_reply(json!({"_id": id, "username": "grace", "account_locked": false}))
            })),
            _ => Bend::Pass,
        }
    });
    let ran = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert!(!steps(&ran.json()[0]).contains("in_doubt") && ran.code == 0, "{ran:?}");
}
