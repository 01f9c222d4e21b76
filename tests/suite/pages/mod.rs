//! Lists: no page twice, no end that nobody knows, and what is cut says so.

mod locked;

use serde_json::{Value, json};

use crate::support::bent::{Bend, between, changed, json_reply};
use crate::support::{Ran, World};

fn rows(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A world of one system with many people.
fn many(provider: &str) -> World {
    let world = World::with_people(2_500);
    world.write_config_anew();
    let text = world.config_text();
    let table = text.split("[[provider]]").find(|table| table.contains(&format!("name = \"{provider}\""))).unwrap();
    std::fs::write(world.config_path(), format!("[[provider]]{table}")).unwrap();
    world
}

#[test]
fn pages_that_repeat_end_the_list_and_it_says_so() {
    for provider in ["pingone", "jumpcloud", "adaxes"] {
        let world = many(provider);
        if provider == "adaxes" {
            // More than one page of locked ones.
            for person in world.get("/world")["people"].as_array().unwrap() {
                if let Some(guid) = person["adaxes"]["guid"].as_str() {
                    world.post("/lock", json!({"provider": provider, "id": guid}));
                }
            }
        }
        let whole = world.run(&["locked", "--jsonl"]);
        assert_eq!(whole.code, 0, "{provider}: {}", whole.err);
        world.fault_of(provider, json!({"fault": "repeat_pages"}));
        let before = world.get("/requests").as_array().unwrap().len();
        let ran = world.run(&["locked", "--jsonl"]);
        let asked = world.get("/requests").as_array().unwrap().len() - before;
        assert!(rows(&ran).len() <= rows(&whole).len(), "{provider}: nobody is listed twice");
        if asked > 2 || ran.code != 0 {
            assert_eq!(ran.code, 3, "{provider}: {}", ran.err);
            assert!(ran.err.contains("the list is not whole"), "{provider}: {}", ran.err);
        }
        assert!(asked < 12, "{provider}: asked {asked} times");
    }
}

#[test]
fn a_page_that_leads_to_itself_or_back_and_empty_pages_end() {
    let user = json!({"id": crate::support::ADA, "username": "ada"});
    let page =
        |users: Vec<Value>, next: String| json!({"_embedded": {"users": users}, "_links": {"next": {"href": next}}});
    for how in ["itself", "back", "empty"] {
        let world = World::new();
        let user = user.clone();
        let count = std::sync::atomic::AtomicUsize::new(0);
        let server = between(&world, "pingone", move |heard| {
            let (_, target) = heard.line();
            if !target.contains("/users?") {
                return Bend::Pass;
            }
            let n = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let base = target.split('?').next().unwrap();
            let next = match how {
                "itself" => target.to_owned(),
                "back" => format!("{base}?cursor={}", n % 2),
                _ => format!("{base}?cursor={n}"),
            };
            Bend::Instead(json_reply(page(if how == "empty" { Vec::new() } else { vec![user.clone()] }, next)))
        });
        let ran = world.run(&["locked"]);
        assert_eq!(ran.code, 3, "{how}: {ran:?}");
        assert!(ran.err.contains("the list is not whole"), "{how}: {ran:?}");
        assert!(server.heads("/users?").len() < 10, "{how}");
    }
}

#[test]
fn the_exact_name_is_looked_for_through_all_pages() {
    let world = many("jumpcloud");
    // A name that many others contain stands on a later page of the search.
    let grace = world.person("grace")["jumpcloud"]["id"].clone();
    let _server = between(&world, "jumpcloud", move |heard| {
        let Ok(body) = serde_json::from_str::<Value>(&heard.body) else { return Bend::Pass };
        if body.get("searchFilter").is_none() {
            return Bend::Pass;
        }
        let others = (0..100).map(|n| json!({"_id": format!("{n:024}"), "username": format!("grace{n}")}));
        let rows: Vec<Value> = others.chain([json!({"_id": grace, "username": "grace"})]).collect();
        let from = usize::try_from(body["skip"].as_u64().unwrap_or(0)).unwrap();
        Bend::Instead(json_reply(json!({"totalCount": 101, "results": rows[from.min(101)..(from + 100).min(101)]})))
    });
    let found = world.run(&["find", "grace", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["username"], "grace", "{found:?}");
}

#[test]
fn numbers_and_links_of_an_odd_form_cost_no_page() {
    for odd in [json!(-1), json!("5"), json!(1.0), json!(null)] {
        let world = World::new();
        let value = odd.clone();
        let _server = between(&world, "pingone", move |heard| {
            let value = value.clone();
            match heard.line().1 {
                target if target.contains("/users?") => changed(move |body| {
                    body["count"] = value;
                    body["_links"] = Value::Null;
                }),
                _ => Bend::Pass,
            }
        });
        let found = world.run(&["find", "ada", "--json"]);
        assert_eq!(
            (found.code, found.json()[0]["accounts"][0]["username"].as_str()),
            (0, Some("ada")),
            "{odd}: {found:?}"
        );
    }
}

#[test]
fn one_account_in_two_rows_is_one_account() {
    for provider in ["pingone", "jumpcloud", "adaxes"] {
        let who = if provider == "jumpcloud" { "grace" } else { "ada" };
        let world = World::only(provider);
        let _server = between(&world, provider, |heard| {
            let (_, target) = heard.line();
            if !target.contains("/users?") && !target.contains("/search") {
                return Bend::Pass;
            }
            changed(|body| {
                for pointer in ["/_embedded/users", "/results", "/objects"] {
                    if let Some(rows) = body.pointer_mut(pointer).and_then(Value::as_array_mut) {
                        rows.extend(rows.clone());
                    }
                }
            })
        });
        let found = world.run(&["find", who, "--json"]).json();
        assert_eq!(
            (found.as_array().unwrap().len(), found[0]["accounts"].as_array().unwrap().len()),
            (1, 1),
            "{found}"
        );
        let ran = world.run(&["unlock", who, "--yes", "--json"]);
        assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{provider}: {ran:?}");
    }
}

#[test]
fn a_server_that_repeats_a_huge_page_costs_little_memory() {
    let users: Vec<Value> =
        (0..70_000).map(|n| json!({"id": format!("00000000-0000-4000-8000-{n:012}"), "username": format!("u{n}"), "account": {"status": "LOCKED"}})).collect();
    let page = json!({"_embedded": {"users": users}, "_links": {"next": {"href": "?cursor=again"}}}).to_string();
    let world = World::new();
    let server = between(&world, "pingone", move |heard| match heard.line().1 {
        target if target.contains("/users?") => {
            let n = target.len();
            let page = page.replace("cursor=again", &format!("cursor=again{n}x"));
            Bend::Instead((200, "Content-Type: application/json\r\n", page))
        }
        _ => Bend::Pass,
    });
    for how in ["--jsonl", "--json"] {
        let before = server.heads("/users?").len();
        let mut child = world
            .command(&["locked", how])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0u64;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
            peak = peak.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        assert!(peak > 1_000 && peak < 100 * 1024, "{how}: {peak} KiB");
        assert_eq!(child.wait().unwrap().code(), Some(3), "{how}");
        assert!(server.heads("/users?").len() - before < 5, "{how}");
    }
}
