//! From accounts to people: joined by evidence that is shown, never by a guess.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::case_folding::fold;
use crate::domain::person::{LinkEvidence, LinkRule};
use crate::domain::{Account, AccountKey, Person, Untrusted};

use super::unlock_delegation;

/// A person's key on the screen: any account's, which never changes.
pub type PersonKey = AccountKey;

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
        Self { order: LinkRule::USUAL.to_vec(), map: Vec::new() }
    }
}

/// The people behind the accounts, each account once, in the order in which they were first seen. Two
/// accounts of one provider are never one person; where a shared value would make them so, everybody who
/// shares it stays apart, and the person says why.
pub fn people<'a>(accounts: impl IntoIterator<Item = &'a Account>, joining: &LinkRules) -> Vec<Person> {
    let accounts: Vec<&Account> = accounts.into_iter().collect();
    let mut groups = Groups::new(&accounts, joining);
    for entry in &joining.map {
        let named = accounts.iter().enumerate().filter(|(_, account)| entry.iter().any(|one| is_named(account, one)));
        let members: Vec<usize> = named.map(|(at, _)| at).collect();
        let value = entry.iter().map(|(_, name)| name.as_data()).collect::<Vec<_>>().join(" = ");
        groups.join(&members, LinkRule::Map, &value.into());
    }
    for (at, account) in accounts.iter().enumerate() {
        if let Some(other) = accounts.iter().position(|other| unlock_delegation::confirms(account, other)) {
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

/// True when a part of an entry of the map names this account.
fn is_named(account: &Account, (provider, name): &(String, Untrusted)) -> bool {
    account.key.provider.as_str() == provider && account.is_exactly(name.as_data())
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

/// Accounts, joined into people.
struct Groups<'a> {
    accounts: &'a [&'a Account],
    /// The group of each account: the index of its first member.
    group: Vec<usize>,
    evidence: HashMap<usize, Vec<LinkEvidence>>,
    apart: HashMap<usize, String>,
    joining: &'a LinkRules,
}

impl<'a> Groups<'a> {
    fn new(accounts: &'a [&'a Account], joining: &'a LinkRules) -> Self {
        let group = (0..accounts.len()).collect();
        Self { accounts, group, evidence: HashMap::new(), apart: HashMap::new(), joining }
    }

    fn join(&mut self, members: &[usize], rule: LinkRule, value: &Untrusted) {
        let roots: Vec<usize> = members.iter().filter_map(|at| self.group.get(*at).copied()).collect();
        let Some(first) = roots.iter().min().copied() else { return };
        if roots.iter().all(|root| *root == first) {
            return;
        }
        let whole: Vec<usize> =
            (0..self.group.len()).filter(|at| self.group.get(*at).is_some_and(|root| roots.contains(root))).collect();
        if self.contradicts_map(&whole) {
            return;
        }
        if let Some(provider) = self.doubled(&whole) {
            let why =
                format!("{} accounts of {provider} would share the {} {}", members.len(), rule.word(), value.line());
            for root in roots {
                self.apart.entry(root).or_insert_with(|| why.clone());
            }
            return;
        }
        let mut evidence: Vec<LinkEvidence> =
            roots.iter().filter_map(|root| self.evidence.remove(root)).flatten().collect();
        evidence.push(LinkEvidence { rule, value: value.clone() });
        self.evidence.insert(first, evidence);
        if let Some(why) = roots.iter().find_map(|root| self.apart.remove(root)) {
            self.apart.insert(first, why);
        }
        for at in whole {
            if let Some(root) = self.group.get_mut(at) {
                *root = first;
            }
        }
    }

    /// True when the map says that one of these belongs with another account of a provider than the one here.
    fn contradicts_map(&self, members: &[usize]) -> bool {
        let members: Vec<&Account> = members.iter().filter_map(|at| self.accounts.get(*at).copied()).collect();
        self.joining.map.iter().any(|entry| {
            let named = members.iter().any(|account| entry.iter().any(|one| is_named(account, one)));
            let other = |account: &&Account| {
                entry.iter().any(|one| account.key.provider.as_str() == one.0 && !is_named(account, one))
            };
            named && members.iter().any(other)
        })
    }

    /// A provider that would have two accounts in one person.
    fn doubled(&self, members: &[usize]) -> Option<&'a str> {
        let mut seen = HashSet::new();
        let counted = |account: &&&Account| !account.kind.capabilities().multiple_accounts_per_person;
        let accounts = members.iter().filter_map(|at| self.accounts.get(*at)).filter(counted);
        accounts.map(|account| account.key.provider.as_str()).find(|name| !seen.insert(*name))
    }

    fn into_people(mut self) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        for (account, root) in self.accounts.iter().zip(&self.group) {
            if let Some(person) = place.get(root).and_then(|at| people.get_mut(*at)) {
                person.accounts.push(account.key.clone());
                continue;
            }
            place.insert(*root, people.len());
            people.push(Person {
                name: account.label().clone(),
                evidence: self.evidence.remove(root).unwrap_or_default(),
                apart: self.apart.remove(root),
                accounts: vec![account.key.clone()],
            });
        }
        people
    }
}
