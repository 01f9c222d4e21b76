//! From accounts to people: joined by evidence that is shown, never by a guess.

mod groups;

use std::collections::BTreeMap;

use crate::domain::fold::fold;
use crate::domain::person::LinkRule;
use crate::domain::{Account, AccountKey, Person, Untrusted};

use super::second_door;
use groups::Groups;

/// A person's key on the screen: any account's, which never changes.
pub type PersonKey = AccountKey;

/// The usual order of the rules.
pub const ORDER: [LinkRule; 3] = [LinkRule::Email, LinkRule::Username, LinkRule::EmployeeId];

/// How accounts are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRules {
    /// The rules, the first the strongest.
    pub order: Vec<LinkRule>,
    /// An administrator's word on who is who: each entry names accounts of one person by provider and exact name.
    pub map: Vec<Vec<(String, Untrusted)>>,
}

impl Default for LinkRules {
    fn default() -> Self {
        Self { order: ORDER.to_vec(), map: Vec::new() }
    }
}

/// The people behind the accounts, each account once, in the order in which they were first seen. Two
/// accounts of one provider are never one person; where a shared value would make them so, everybody who
/// shares it stays apart, and the person says why.
pub fn people<'a>(accounts: impl IntoIterator<Item = &'a Account>, joining: &LinkRules) -> Vec<Person> {
    let accounts: Vec<&Account> = accounts.into_iter().collect();
    let mut groups = Groups::new(&accounts, joining);
    for entry in &joining.map {
        let is_named = |account: &Account| {
            entry
                .iter()
                .any(|(provider, name)| account.key.provider.as_str() == provider && account.is_exactly(name.as_data()))
        };
        let members: Vec<usize> = indices(&accounts, |account| is_named(account));
        let value = entry.iter().map(|(_, name)| name.as_data()).collect::<Vec<_>>().join(" = ");
        groups.join(&members, LinkRule::Map, &value.into());
    }
    for (at, account) in accounts.iter().enumerate() {
        if let Some(other) = accounts.iter().position(|other| second_door::confirms(account, other)) {
            groups.join(&[at, other], LinkRule::Id, &account.key.id);
        }
    }
    for rule in &joining.order {
        for (value, members) in shared(&accounts, *rule) {
            groups.join(&members, *rule, &value.into());
        }
    }
    groups.into_people()
}

fn indices(accounts: &[&Account], wanted: impl Fn(&Account) -> bool) -> Vec<usize> {
    accounts.iter().enumerate().filter(|(_, account)| wanted(account)).map(|(at, _)| at).collect()
}

/// The values of a rule that several accounts share, in lower case.
fn shared(accounts: &[&Account], rule: LinkRule) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, account) in accounts.iter().enumerate() {
        let value = match rule {
            LinkRule::Email => account.email.as_ref(),
            LinkRule::Username => account.owner.as_ref().or(Some(&account.username)),
            LinkRule::EmployeeId => account.employee_id.as_ref(),
            LinkRule::Map | LinkRule::Id => None,
        };
        if let Some(value) = value.filter(|value| !value.is_blank()) {
            found.entry(fold(value.as_data().trim())).or_default().push(at);
        }
    }
    found.retain(|_, members| members.len() > 1);
    found
}
