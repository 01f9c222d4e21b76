//! The whole person: accounts joined by evidence, unlocked everywhere in one act, listed when locked.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use unbolt::domain::person::LinkRule;
use unbolt::domain::{Account, AccountKey, Kind, Lock, ProviderName, Untrusted};
use unbolt::flow::identity_linking::{LinkRules, people};
use unbolt::provider::pingone;

use crate::support::headless_app::Desk;
use crate::support::{World, happens_within};

fn account(provider: &str, username: &str, email: &str) -> Account {
    let key =
        AccountKey { provider: ProviderName::new(provider).unwrap(), id: format!("{provider}-{username}").into() };
    Account {
        email: (!email.is_empty()).then(|| email.into()),
        enabled: Some(true),
        lock: Lock::Open,
        ..Account::new(key, Kind(&pingone::KIND), username.into(), Timestamp::UNIX_EPOCH)
    }
}

fn ids(accounts: &[Account], joining: &LinkRules) -> Vec<Vec<String>> {
    people(accounts, joining)
        .into_iter()
        .map(|person| person.accounts.iter().map(|key| key.id.as_data().to_owned()).collect())
        .collect()
}

#[test]
fn accounts_are_joined_by_address_then_name_and_the_evidence_is_kept() {
    let accounts = [
        account("pingone", "ada", "ada@acme.test"),
        account("jumpcloud", "a.lovelace", "ADA@acme.test"),
        account("adaxes", "a.lovelace", ""),
        account("pingone", "bob", "bob@acme.test"),
    ];
    let found = people(&accounts, &LinkRules::default());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].accounts.len(), 3);
    let rules: Vec<LinkRule> = found[0].evidence.iter().map(|one| one.rule).collect();
    assert_eq!(rules, [LinkRule::Email, LinkRule::Username]);
    let by_name_alone = LinkRules { order: vec![LinkRule::Username], map: Vec::new() };
    assert_eq!(ids(&accounts, &by_name_alone).len(), 3, "the order is the administrator's");
}

#[test]
fn an_ambiguous_join_stays_apart_and_says_why() {
    let accounts = [
        account("pingone", "ada", "shared@acme.test"),
        account("pingone", "adam", "shared@acme.test"),
        account("jumpcloud", "x", "shared@acme.test"),
    ];
    let found = people(&accounts, &LinkRules::default());
    assert_eq!(found.len(), 3);
    for person in found {
        assert!(person.apart.unwrap().contains("accounts of pingone would share the email shared@acme.test"));
    }
}

#[test]
fn two_tenants_of_one_kind_are_two_providers_and_a_map_wins() {
    let accounts =
        [account("tenant-a", "ada", ""), account("tenant-b", "lovelace", ""), account("tenant-b", "ada", "")];
    let usual = ids(&accounts, &LinkRules::default());
    assert_eq!(usual[0], ["tenant-a-ada", "tenant-b-ada"]);
    let entry: Vec<(String, Untrusted)> =
        vec![("tenant-a".into(), "ada".into()), ("tenant-b".into(), "lovelace".into())];
    let mapped = ids(&accounts, &LinkRules { map: vec![entry], ..LinkRules::default() });
    assert_eq!(mapped[0], ["tenant-a-ada", "tenant-b-lovelace"]);
    assert_eq!(mapped[1], ["tenant-b-ada"], "and is not overruled by a shared name");
}

#[test]
fn one_person_with_every_account_and_the_evidence() {
    let world = World::whole();
    let found = world.run(&["find", "ada", "--json"]).json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let providers: Vec<&str> =
        found[0]["accounts"].as_array().unwrap().iter().map(|one| one["provider"].as_str().unwrap()).collect();
    assert_eq!(providers, ["pingone", "jumpcloud", "adaxes", "macs"]);
    assert_eq!(found[0]["evidence"][0]["rule"], "email");
    assert_eq!(found[0]["evidence"][0]["value"], "ada@acme.test");
    let states: Vec<&str> =
        found[0]["accounts"].as_array().unwrap().iter().map(|one| one["lock"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["locked", "open", "locked", "not_reported"]);
}

#[test]
fn without_a_choice_nothing_is_sent() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--yes"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("--everywhere") && ran.err.contains("pingone") && ran.err.contains("adaxes"), "{ran:?}");
    assert!(world.unlocks().is_empty());
}

#[test]
fn everywhere_opens_exactly_the_locked_ones_once_each() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--yes", "--ticket", "INC-2", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let outcomes: Vec<(String, String)> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["provider"].as_str().unwrap().to_owned(), one["outcome"].as_str().unwrap().to_owned()))
        .collect();
    let left_alone = ("macs".into(), "left_alone".into());
    assert_eq!(outcomes, [("pingone".into(), "unlocked".into()), ("adaxes".into(), "unlocked".into()), left_alone]);
    let asked: Vec<Value> = world.unlocks().iter().map(|one| one["provider"].clone()).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.contains(&json!("pingone")) && asked.contains(&json!("adaxes")));
}

#[test]
fn everywhere_leaves_deliberate_locks_and_disabled_accounts_alone() {
    let world = World::whole();
    let ran = world.run(&["unlock", "mallory", "--everywhere", "--yes", "--json"]);
    let document = ran.json();
    for one in document.as_array().unwrap() {
        assert_eq!(one["outcome"], "left_alone", "{one}");
    }
    assert_eq!(document.as_array().unwrap().len(), 3);
    assert_eq!(ran.code, 3, "locked and left alone is not done");
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_stalled_server_keeps_none_of_the_others() {
    // How long it takes until the two others have ended.
    let others = |world: &World| {
        let mut child = world
            .command(&["unlock", "ada", "--everywhere", "--yes"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let started = Instant::now();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let is_others = |line: &String| line.contains("\tended\t") && !line.starts_with("jumpcloud");
        let ended: Vec<String> = lines.filter(is_others).take(2).collect();
        let took = started.elapsed();
        assert!(ended.len() == 2 && ended.iter().all(|line| line.contains("unlocked")), "{ended:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        took
    };
    happens_within(Duration::from_secs(1), || {
        let usual = others(&World::whole());
        let world = World::whole();
        world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 10_000}));
        others(&world).saturating_sub(usual)
    });
}

#[test]
fn everywhere_by_keys_asks_once_and_shows_each() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 44);
    desk.look_at("ada");
    desk.sees("2 locked");
    desk.press("U");
    desk.sees("joined by email ada@acme.test");
    desk.sees("Unlock all of these accounts?");
    desk.sees("Ada Lovelace: 2 accounts");
    for provider in ["pingone", "adaxes"] {
        let id = world.person("ada")[provider].clone();
        let id = id["id"].as_str().or(id["guid"].as_str()).unwrap().to_owned();
        desk.sees(&format!("{provider} {id}"));
    }
    assert!(world.unlocks().is_empty());
    desk.press("y");
    desk.verify();
    assert_eq!(world.unlocks().len(), 2);
    desk.sees("unlocked");
    assert!(desk.state.desk.accounts().iter().all(|account| !account.lock.is_locked()));
}

#[test]
fn locked_lists_everybody_who_is_and_says_what_it_cannot_see() {
    let world = World::whole();
    let ran = world.run(&["locked", "--jsonl"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let accounts: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has =
        |provider: &str, who: &str| accounts.iter().any(|one| one["provider"] == provider && one["username"] == who);
    assert!(has("pingone", "ada") && has("adaxes", "ada") && has("jumpcloud", "grace"));
    assert!(!has("jumpcloud", "ada"));
    assert!(accounts.iter().all(|one| one["lock"]["state"] == "locked"));
    assert!(ran.err.contains("everybody was paged through"), "{ran:?}");
    let joined = world.run(&["locked", "--json"]).json();
    let ada = joined.as_array().unwrap().iter().find(|person| person["name"] == "Ada Lovelace").unwrap();
    assert_eq!(ada["accounts"].as_array().unwrap().len(), 2);
    let csv = world.run(&["locked", "--csv"]);
    assert!(
        csv.out.starts_with("provider,name,username,email,id") && csv.out.contains(",Ada Lovelace,ada,"),
        "{csv:?}"
    );
}

#[test]
fn the_details_show_every_row_under_its_name_grouped_filtered_and_copied() {
    use unbolt::screens::Effect;
    let world = World::only("jumpcloud");
    let mut desk = Desk::sized(&world, 80, 24);
    desk.look_at("grace");
    desk.press("d");
    desk.sees("Account details");
    for words in
        ["Id  ", "locked, bad passwords, since ", "Count  ", "Last bad login          not reported", "more below"]
    {
        desk.sees(words);
    }
    desk.sees_no("Account locked          yes");
    for _ in 0..100 {
        desk.key(crossterm::event::KeyCode::Down);
        if desk.screen().contains("Account locked          yes") {
            break;
        }
    }
    desk.sees("Account locked          yes");
    desk.key(crossterm::event::KeyCode::End);
    let at_end = desk.screen();
    desk.key(crossterm::event::KeyCode::Down);
    assert_eq!(desk.screen(), at_end, "there is no more");
    desk.key(crossterm::event::KeyCode::Up);
    assert_ne!(desk.screen(), at_end, "one key back shows");
    desk.press("employee id");
    desk.sees("Employee identifier     E100002");
    desk.sees_no("Account locked          yes");
    desk.ctrl('y');
    let Some(Effect::Copy(text)) = desk.effects.pop() else { panic!("nothing was copied") };
    assert_eq!(text, "Identity\nEmployee id: E100002\nWork\nEmployee identifier: E100002");
    desk.key(crossterm::event::KeyCode::Esc);
    desk.sees_no("Account details");
}

/// A Mac reports no lock state: that hides neither a lock nor that everything else is open.
#[test]
fn a_person_is_open_where_everybody_who_tells_says_so() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 40);
    desk.look_at("grace");
    let row = |desk: &Desk| desk.screen().lines().find(|line| line.starts_with("│ ▌ Grace")).unwrap().to_owned();
    assert!(row(&desk).contains("● 2 locked"), "{}", row(&desk));
    desk.sees("macs       – not reported");
    desk.press("Uy");
    desk.verify();
    assert!(row(&desk).contains("○ open "), "{}", row(&desk));
}

#[test]
fn several_unlocks_show_their_progress_side_by_side() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 40);
    desk.look_at("ada");
    desk.press("Uy");
    desk.verify();
    desk.sees("Unlock · Ada Lovelace · 2 of 2 finished");
    desk.sees("pingone    accepted");
    desk.sees("adaxes     accepted");
}

#[test]
fn a_map_file_joins_who_shares_nothing() {
    let world = World::whole();
    let map = world.place.path().join("people.csv");
    std::fs::write(&map, "pingone,jumpcloud\nlinus,grace\n").unwrap();
    let text = format!("[people]\njoin = [\"email\"]\nmap = \"{}\"\n{}", map.display(), world.config_text());
    std::fs::write(world.config_path(), &text).unwrap();
    let found = world.run(&["locked", "--json"]).json();
    let has = |person: &Value, provider: &str, who: &str| {
        person["accounts"].as_array().unwrap().iter().any(|one| one["provider"] == provider && one["username"] == who)
    };
    let grace = found.as_array().unwrap().iter().find(|person| has(person, "jumpcloud", "grace")).unwrap();
    assert!(!has(grace, "pingone", "grace"), "the map took her account to another person: {grace}");
    std::fs::write(&map, "pingone,okta\nlinus,grace\n").unwrap();
    let ran = world.run(&["find", "ada"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("people.csv:1:1") && ran.err.contains("okta"), "{ran:?}");
}

/// What nobody has asked is not what a system doesn't tell.
#[test]
fn the_sheet_of_a_listed_account_says_what_is_not_read_yet() {
    use unbolt::screens::desk::account_sheet::sheet;
    let told = |account: &Account| -> Vec<String> {
        let facts = sheet(account, &jiff::tz::TimeZone::UTC);
        facts.iter().map(|fact| format!("{}: {}", fact.label.cell(), fact.value.cell())).collect()
    };
    let mut listed = account("pingone", "ada", "");
    listed.lock = Lock::UNREAD;
    let facts = told(&listed);
    for words in ["State: not read yet", "Count: not read yet", "Status: not read yet", "E-mail: not reported"] {
        assert!(facts.iter().any(|fact| fact == words), "{words}: {facts:?}");
    }
    assert!(facts.iter().any(|fact| fact == "Groups: not asked, or not reported"));
    assert!(!facts.iter().any(|fact| fact.starts_with("Covers:")), "{facts:?}");
}

#[test]
fn a_telephone_number_is_found_however_a_display_shows_it() {
    let mut ada = account("pingone", "ada", "");
    ada.phones = vec!["+44 20 7946 0001".into()];
    for text in [
        "+44 20 7946 0001",
        "0044 20 7946 0001",
        "020 7946 0001",
        "(020) 79460001",
        "tel:+442079460001",
        "+44 (0)20 7946-0001",
        "7946",
    ] {
        assert!(ada.fits(text), "{text}");
    }
    for text in ["+49 20 7946 0001", "794", "0001 7946", "00000"] {
        assert!(!ada.fits(text), "{text}");
    }
}

/// Everybody has the organisation's domain: it finds nobody. A name with an `@` in it is a name.
#[test]
fn a_search_fits_names_and_what_stands_before_the_at() {
    let mut ada = account("pingone", "ada", "ada.lovelace@acme.test");
    ada.display_name = Some("Helpdesk @ Berlin".into());
    for text in ["ada", "LOVE", "ada.lovelace@acme", "berlin", "help ada"] {
        assert!(ada.fits(text), "{text}");
    }
    for text in ["acme", "test", "elace", "ada smith"] {
        assert!(!ada.fits(text), "{text}");
    }
}
