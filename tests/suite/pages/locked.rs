//! The list of who is locked, through all its pages.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::{Bend, between, changed};
use crate::support::stub_server::{Canned, run_with};

use super::*;

#[test]
fn who_is_not_locked_is_not_listed_as_locked() {
    let world = World::only("jumpcloud");
    let _server = between(&world, "jumpcloud", |heard| match heard.line().1 {
        target if target.contains("/search") => changed(|body| {
            let odd = [json!(false), json!(null), json!("no")];
            for (at, locked) in odd.iter().enumerate() {
                let id = format!("{at:024}");
                let row = json!({"_id": id, "username": format!("open{at}"), "account_locked": locked});
                body["results"].as_array_mut().unwrap().push(row);
            }
        }),
        _ => Bend::Pass,
    });
    let ran = world.run(&["locked", "--jsonl"]);
    assert!(rows(&ran).iter().all(|row| !row["username"].as_str().unwrap().starts_with("open")), "{}", ran.out);
    assert!(!rows(&ran).is_empty() && ran.code == 0, "{ran:?}");
}

/// Adaxes with stale `lockoutTime`s before the ones that are locked; it pages by a cookie, or not at all.
pub(super) fn stale(pages: bool) -> Canned {
    let object = |n: usize, locked: bool| {
        json!({
            "guid": format!("00000000-0000-4000-8000-{n:012}"), "dn": format!("CN=u{n},DC=acme,DC=test"),
            "displayName": format!("u{n}"), "objectType": "user",
            "accountStatus": {"isDisabled": false, "isLocked": locked},
            "properties": {"samaccountname": [format!("u{n}")]},
        })
    };
    Canned::new(move |heard| {
        let body: Value = serde_json::from_str(&heard.body).unwrap_or_default();
        let filter = body["criteria"]["objectTypes"][0]["items"]["ldapFilter"].as_str().unwrap_or_default();
        let rows: Vec<Value> =
            (0..1_800).map(|n| object(n, false)).chain((1_800..1_805).map(|n| object(n, true))).collect();
        let since = filter.split("lockoutTime>=").nth(1).and_then(|rest| rest.split(')').next());
        let is_recent = since.is_some_and(|since| since.len() > 10);
        // The locks of the last days are the ones that hold.
        let fitting: Vec<Value> = if is_recent { rows[1_790..].to_vec() } else { rows };
        let from: usize = body["cookie"].as_str().and_then(|cookie| cookie.parse().ok()).unwrap_or(0);
        let end = (from + 1_000).min(fitting.len());
        let mut answer = json!({"objects": fitting[from..end]});
        if pages && end < fitting.len() {
            answer["cookie"] = json!(end.to_string());
        }
        (200, "Content-Type: application/json\r\n", answer.to_string())
    })
}

#[test]
fn stale_lockout_times_hide_nobody() {
    for (pages, code) in [(true, 0), (false, 3)] {
        let server = stale(pages);
        let config = format!(
            "[[provider]]\nname = \"ad\"\nkind = \"adaxes\"\nbase_url = \"{}/restApi\"\ntoken = {{ env = \"SECRET\" }}\n",
            server.url
        );
        let ran = run_with(&config, "planted", &["locked", "--jsonl"]);
        assert_eq!((ran.code, rows(&ran).len()), (code, 5), "pages {pages}: {}", ran.err);
        assert_eq!(ran.err.contains("the list is not whole"), !pages, "pages {pages}: {}", ran.err);
    }
}

#[test]
fn a_password_lock_that_stands_in_the_list_itself_is_listed() {
    let world = World::new();
    let grace = world.id("grace");
    let _server = between(&world, "pingone", move |heard| {
        let grace = grace.clone();
        match heard.line().1 {
            target if target.contains("/users?") => changed(move |body| {
                for user in body["_embedded"]["users"].as_array_mut().unwrap() {
                    if user["id"] == grace.as_str() {
                        user["account"] = json!({"canAuthenticate": true, "status": "OK"});
                        user["_embedded"] = json!({"password": {"status": "PASSWORD_LOCKED_OUT"}});
                    }
                }
            }),
            _ => Bend::Pass,
        }
    });
    let ran = world.run(&["locked", "--jsonl"]);
    assert!(rows(&ran).iter().any(|row| row["username"] == "grace"), "{ran:?}");
}

#[test]
fn a_list_that_does_not_say_how_long_it_is_is_read_to_its_end() {
    let world = many("jumpcloud");
    let _server = between(&world, "jumpcloud", |heard| match heard.line().1 {
        target if target.contains("/search") => changed(|body| {
            body.as_object_mut().unwrap().remove("totalCount");
        }),
        _ => Bend::Pass,
    });
    for person in world.get("/world")["people"].as_array().unwrap().iter().take(250) {
        if let Some(id) = person["jumpcloud"]["id"].as_str() {
            world.post("/lock", json!({"provider": "jumpcloud", "id": id}));
        }
    }
    let told = world.get("/world");
    let people = told["people"].as_array().unwrap();
    let locked = people.iter().filter(|person| person["jumpcloud"]["locked_at"].is_string()).count();
    let ran = world.run(&["locked", "--jsonl"]);
    assert!(locked > 200, "{locked}");
    assert_eq!((ran.code, rows(&ran).len()), (0, locked), "{}", ran.err);
}
