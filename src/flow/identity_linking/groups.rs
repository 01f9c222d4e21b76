//! Accounts, joined into people.

use std::collections::HashMap;

use crate::domain::person::{LinkEvidence, LinkRule};
use crate::domain::{Account, Person, Untrusted};

use super::LinkRules;

pub(super) struct Groups<'a> {
    pub(super) accounts: &'a [&'a Account],
    /// The group of each account: the index of its first member.
    pub(super) group: Vec<usize>,
    pub(super) evidence: HashMap<usize, Vec<LinkEvidence>>,
    pub(super) apart: HashMap<usize, String>,
    pub(super) joining: &'a LinkRules,
}

impl<'a> Groups<'a> {
    pub(super) fn new(accounts: &'a [&'a Account], joining: &'a LinkRules) -> Self {
        let group = (0..accounts.len()).collect();
        Self { accounts, group, evidence: HashMap::new(), apart: HashMap::new(), joining }
    }

    pub(super) fn join(&mut self, members: &[usize], rule: LinkRule, value: &Untrusted) {
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
        for at in whole {
            if let Some(root) = self.group.get_mut(at) {
                *root = first;
            }
        }
    }

    /// True when the map says that one of these belongs with another account of a provider than the one here.
    fn contradicts_map(&self, members: &[usize]) -> bool {
        let is = |account: &Account, (provider, name): &(String, Untrusted)| {
            account.key.provider.as_str() == provider && account.is_exactly(name.as_data())
        };
        let members: Vec<&Account> = members.iter().filter_map(|at| self.accounts.get(*at).copied()).collect();
        self.joining.map.iter().any(|entry| {
            let named = members.iter().any(|account| entry.iter().any(|one| is(account, one)));
            let other = |account: &&Account| {
                entry.iter().any(|one| account.key.provider.as_str() == one.0 && !is(account, one))
            };
            named && members.iter().any(other)
        })
    }

    /// A provider that would have two accounts in one person.
    fn doubled(&self, members: &[usize]) -> Option<&'a str> {
        let mut seen = Vec::new();
        let counted = |account: &&&Account| !account.kind.capabilities().multiple_accounts_per_person;
        members.iter().filter_map(|at| self.accounts.get(*at)).filter(counted).find_map(|account| {
            let name = account.key.provider.as_str();
            if seen.contains(&name) {
                return Some(name);
            }
            seen.push(name);
            None
        })
    }

    pub(super) fn into_people(mut self) -> Vec<Person> {
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
