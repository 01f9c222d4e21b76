//! Groups: of users, of other groups, and the one that everybody has.

use serde_json::{Value, json};

use crate::sim::world::{SimPerson, steady_uuid};

/// Groups that hold other groups: the member, and what it is in.
const INSIDE: [(&str, &str); 1] = [("Executives", "Board")];
/// The number of everybody's primary group, which no `memberOf` names.
pub const PRIMARY: &str = "513";
const PRIMARY_NAME: &str = "Domain Users";
const DOMAIN: &str = "S-1-5-21-3635565734-1729062999-1822655016";

pub fn dn(name: &str) -> String {
    format!("CN={name},OU=Groups,DC=acme,DC=test")
}

/// Every group that a person is in, however deep.
pub fn in_chain(person: &SimPerson) -> Vec<Value> {
    let mut names: Vec<&str> = person.groups.iter().map(String::as_str).collect();
    let mut at = 0;
    while let Some(name) = names.get(at).copied() {
        let outer = INSIDE.iter().filter(|(member, _)| *member == name).map(|(_, outer)| *outer);
        for outer in outer.collect::<Vec<_>>() {
            if !names.contains(&outer) {
                names.push(outer);
            }
        }
        at += 1;
    }
    names.into_iter().map(paint).collect()
}

/// The primary group by its SID.
pub fn by_id(id: &str) -> Option<Value> {
    (id == format!("{DOMAIN}-{PRIMARY}")).then(|| paint(PRIMARY_NAME))
}

fn paint(name: &str) -> Value {
    json!({
        "guid": steady_uuid("group", name), "dn": dn(name), "displayName": name, "objectType": "group",
        "domainName": "acme.test", "directoryType": 1, "properties": {"samaccountname": [name]},
    })
}
