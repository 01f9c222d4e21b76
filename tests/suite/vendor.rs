//! Cases from the field, answered as the vendors' systems would: names with signs, a name that stands late in a search,
//! a user principal name that is no address, locks that ran out long ago.

use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::stub_server::{Canned, Heard, Reply, run_with};
use crate::support::{Ran, World};

fn case(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/vendor").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn json_reply(body: &Value) -> Reply {
    (200, "Content-Type: application/json\r\n", body.to_string())
}

/// A console that searches parts of texts, a hundred rows a page.
fn jumpcloud(users: Vec<Value>) -> Canned {
    let users = Arc::new(Mutex::new(users));
    Canned::new(move |heard: &Heard| {
        let mut users = users.lock().unwrap();
        let (method, target) = heard.line();
        let id = target.strip_prefix("/api/systemusers/").map(|rest| rest.split('/').next().unwrap());
        match (method, id) {
            ("POST", None) if target == "/api/search/systemusers" => {
                let body: Value = serde_json::from_str(&heard.body).unwrap();
                let term = body["searchFilter"]["searchTerm"].as_str().unwrap_or_default().to_lowercase();
                let fields: Vec<String> =
                    serde_json::from_value(body["searchFilter"]["fields"].clone()).unwrap_or_default();
                let fits = |user: &&Value| {
                    let own = |field: &String| user[field].as_str().unwrap_or_default().to_lowercase();
                    fields.is_empty() || fields.iter().any(|field| own(field).contains(&term))
                };
                let found: Vec<&Value> = users.iter().filter(fits).collect();
                let skip = usize::try_from(body["skip"].as_u64().unwrap_or(0)).unwrap();
                let page: Vec<&&Value> = found.iter().skip(skip).take(100).collect();
                json_reply(&json!({"totalCount": found.len(), "results": page}))
            }
            ("GET" | "POST", Some(id)) => match users.iter_mut().find(|user| user["_id"] == id) {
                Some(user) if method == "POST" => {
                    user["account_locked"] = json!(false);
                    user["badLoginAttempts"] = json!(0);
                    (200, "Content-Type: text/plain\r\n", "OK".to_owned())
                }
                Some(user) => json_reply(user),
                None => (404, "Content-Type: application/json\r\n", r#"{"message":"Not Found"}"#.to_owned()),
            },
            _ => (403, "Content-Type: application/json\r\n", r#"{"message":"Forbidden"}"#.to_owned()),
        }
    })
}

fn on_jumpcloud(server: &Canned, arguments: &[&str]) -> Ran {
    let config = format!(
        "[[provider]]\nname = \"jc\"\nkind = \"jumpcloud\"\napi_key = {{ env = \"SECRET\" }}\nbase_url = \"{0}\"\ninsights_url = \"{0}\"\n",
        server.url
    );
    run_with(&config, "planted", arguments)
}

/// What a plan says of each line of a list.
fn verdicts(run: impl Fn(&[&str]) -> Ran, list: &str) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("list.txt");
    std::fs::write(&path, list).unwrap();
    let ran = run(&["bulk", "plan", path.to_str().unwrap(), "--json"]);
    let plan = ran.json();
    let rows = plan["rows"].as_array().unwrap_or_else(|| panic!("{ran:?}"));
    rows.iter().map(|row| row["verdict"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_name_with_signs_is_found_exactly_and_in_any_case() {
    let users = case("jumpcloud-signs-in-names")["results"].as_array().unwrap().clone();
    let server = jumpcloud(users);
    let found = [
        ("c.o'brien", "c.o'brien"),
        ("C.O'Brien", "c.o'brien"),
        ("c.o'brien+vip@acme.test", "c.o'brien"),
        ("00042", "c.o'brien"),
        ("müller", "müller"),
        ("MÜLLER", "müller"),
        // An umlaut in two signs, as a Mac's file names have it.
        ("mu\u{308}ller", "müller"),
        ("MU\u{308}LLER", "müller"),
        ("smith&sons", "smith&sons"),
        ("svc_backup$", "svc_backup$"),
    ];
    for (typed, username) in found {
        let ran = on_jumpcloud(&server, &["find", typed, "--json"]);
        let accounts = ran.json();
        assert_eq!(accounts[0]["accounts"][0]["username"], username, "{typed}: {ran:?}");
        assert_eq!(accounts.as_array().unwrap().len(), 1, "{typed}");
    }
    assert_eq!(
        verdicts(|arguments| on_jumpcloud(&server, arguments), "mu\u{308}ller\nMÜLLER\n"),
        ["unlock", "duplicate"]
    );
    let ran = on_jumpcloud(&server, &["unlock", "42", "--yes"]);
    assert!(ran.code == 1 && ran.err.contains("no account is exactly"), "zeros before a number count: {ran:?}");
    for who in ["c.o'brien+vip@acme.test", "MU\u{308}LLER", "smith&sons", "svc_backup$"] {
        let ran = on_jumpcloud(&server, &["unlock", who, "--yes", "--json"]);
        assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{who}: {ran:?}");
    }
}

#[test]
fn an_exact_name_that_comes_late_is_found_by_every_front() {
    let case = case("jumpcloud-exact-name-late");
    let rows = case["results"].as_array().unwrap();
    let mut users: Vec<Value> = (1..=150)
        .map(|n| {
            let text = rows[0].to_string().replace("000000000000000000000001", &format!("{n:024}"));
            serde_json::from_str(&text.replace("leeann001", &format!("leeann{n:03}"))).unwrap()
        })
        .collect();
    users.push(rows[1].clone());
    let server = jumpcloud(users);
    assert_eq!(verdicts(|arguments| on_jumpcloud(&server, arguments), "lee\n"), ["unlock"]);
    let found = on_jumpcloud(&server, &["find", "lee", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["username"], "lee", "{found:?}");
    let ran = on_jumpcloud(&server, &["unlock", "lee", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
}

/// Adaxes with these objects; it gives at most a thousand of a search, and has no pages.
fn adaxes(objects: Vec<Value>) -> Canned {
    Canned::new(move |heard: &Heard| {
        let (method, target) = heard.line();
        if method == "GET" {
            let found = objects.iter().find(|object| target.contains(object["guid"].as_str().unwrap()));
            return found.map_or_else(
                || (404, "Content-Type: application/json\r\n", r#"{"code":"notFound","message":"none"}"#.to_owned()),
                json_reply,
            );
        }
        let body: Value = serde_json::from_str(&heard.body).unwrap_or_default();
        let filter =
            body["criteria"]["objectTypes"][0]["items"]["ldapFilter"].as_str().unwrap_or_default().to_lowercase();
        let limit = usize::try_from(body["sizeLimit"].as_u64().unwrap_or(1_000)).unwrap().min(1_000);
        let values = |object: &Value| -> Vec<String> {
            let own = object["properties"].as_object().unwrap().iter();
            own.filter_map(|(name, values)| Some(format!("({name}={}", values[0].as_str()?))).collect()
        };
        let fits = |object: &&Value| {
            filter.contains("lockouttime") || values(object).iter().any(|term| filter.contains(&term.to_lowercase()))
        };
        let found: Vec<&Value> = objects.iter().filter(fits).take(limit).collect();
        json_reply(&json!({"objects": found}))
    })
}

fn on_adaxes(server: &Canned, arguments: &[&str]) -> Ran {
    let config = format!(
        "[[provider]]\nname = \"ad\"\nkind = \"adaxes\"\nbase_url = \"{}/restApi\"\ntoken = {{ env = \"SECRET\" }}\n",
        server.url
    );
    run_with(&config, "planted", arguments)
}

#[test]
fn a_user_principal_name_that_is_no_address_names_its_person() {
    let server = adaxes(case("adaxes-upn-is-not-mail")["objects"].as_array().unwrap().clone());
    assert_eq!(
        verdicts(|arguments| on_adaxes(&server, arguments), "ada.lovelace@corp.local\nada@acme.test\n"),
        ["unlock", "duplicate"]
    );
    for typed in ["ada.lovelace@corp.local", "ADA.LOVELACE@CORP.LOCAL", "ada@acme.test", "ada"] {
        let found = on_adaxes(&server, &["find", typed, "--json"]);
        assert_eq!(found.json()[0]["accounts"][0]["username"], "ada", "{typed}: {found:?}");
    }
}

#[test]
fn who_is_locked_is_listed_behind_any_number_of_stale_dates() {
    let case = case("adaxes-stale-lockout");
    let rows = case["objects"].as_array().unwrap();
    for (stale, is_whole) in [(250, true), (1_200, false)] {
        let mut objects: Vec<Value> = (1..=stale)
            .map(|n| {
                let guid = format!("{n:08}-0000-4000-8000-{n:012}");
                serde_json::from_str(&rows[0].to_string().replace("00000001-0000-4000-8000-000000000001", &guid))
                    .unwrap()
            })
            .collect();
        objects.push(rows[1].clone());
        let ran = on_adaxes(&adaxes(objects), &["locked", "--json"]);
        if is_whole {
            assert_eq!((ran.code, ran.json()[0]["accounts"][0]["username"].as_str()), (0, Some("ada")), "{ran:?}");
        } else {
            assert!(ran.code != 0 && ran.err.contains("the list is not whole"), "{stale}: {ran:?}");
        }
    }
}

#[test]
fn a_lock_anew_after_an_unlock_is_a_lock_and_the_earlier_unlock_is_known() {
    let world = World::new();
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "seen as open: {ran:?}");
    // A phone with the old password.
    world.post("/lock", json!({"provider": "pingone", "id": world.person("ada")["pingone"]["id"]}));
    let found = world.run(&["find", "ada", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["lock"]["state"], "locked", "{found}");
    let shown = world.run(&["ledger", "show", "--person", "ada", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "unlocked", "{shown}");
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "--json"]).json();
    assert!(planned["alarms"].to_string().contains("unlocked here within the last day"), "{planned}");
}
