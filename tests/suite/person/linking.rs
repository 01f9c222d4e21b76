//! Which accounts belong to one person.

use serde_json::Value;
use unbolt::domain::person::LinkRule;
use unbolt::domain::{Account, Untrusted};
use unbolt::flow::identity_linking::{LinkRules, people};

use crate::support::World;

use super::*;

pub(super) fn ids(accounts: &[Account], joining: &LinkRules) -> Vec<Vec<String>> {
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
fn why_somebody_stays_apart_outlives_a_later_join() {
    let accounts = [
        account("jumpcloud", "x", ""),
        account("pingone", "x", "shared@acme.test"),
        account("pingone", "y", "shared@acme.test"),
    ];
    let found = people(&accounts, &LinkRules::default());
    assert_eq!(found.iter().map(|person| person.accounts.len()).collect::<Vec<_>>(), [2, 1]);
    assert!(found.iter().all(|person| person.apart.is_some()), "{found:?}");
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
