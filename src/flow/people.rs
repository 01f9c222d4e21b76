//! From accounts to people.

use crate::domain::{Account, AccountKey, Person, Untrusted};

/// A person's key on the screen: the first account's, which never changes.
pub type PersonKey = AccountKey;

/// The people behind the accounts, each account once.
pub fn people<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Vec<Person> {
    accounts
        .into_iter()
        .map(|account| Person {
            name: account.label().clone(),
            evidence: Vec::new(),
            accounts: vec![account.key.clone()],
        })
        .collect()
}

/// True when every word of `text` begins a word of the account's names or its addresses.
#[must_use]
pub fn fits(account: &Account, text: &str) -> bool {
    let names: Vec<String> =
        [Some(&account.username), account.email.as_ref(), account.display_name.as_ref(), account.employee_id.as_ref()]
            .into_iter()
            .flatten()
            .map(|name: &Untrusted| name.as_data().to_lowercase())
            .collect();
    let is_start = |word: &str| {
        names.iter().any(|name| {
            name.starts_with(word) || name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
        })
    };
    text.to_lowercase().split_whitespace().all(is_start) || account.key.id.same_name(text.trim())
}
