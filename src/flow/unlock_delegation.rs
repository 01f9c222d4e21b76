//! One account that two systems know: a directory itself, and a product in front of it. It is unlocked through one of them;
//! the other only confirms.

use crate::domain::{Account, AccountKey};

/// The key of the same account at the system through which it is unlocked; none where it is unlocked where it stands.
pub fn unlocked_at(account: &Account) -> Option<AccountKey> {
    let provider = account.unlocked_through.clone()?;
    Some(AccountKey { provider, id: account.key.id.clone() })
}

/// True when both are one account, and `account` only confirms.
pub fn confirms(account: &Account, other: &Account) -> bool {
    let named = account.unlocked_through.as_ref() == Some(&other.key.provider);
    named && account.key.id.same_name(other.key.id.as_data())
}

/// Leaves out the accounts that only confirm another one among these.
pub fn without_confirming(accounts: &mut Vec<&Account>) {
    let all = accounts.clone();
    accounts.retain(|account| !all.iter().any(|other| confirms(account, other)));
}

/// Names the server whose count the confirming system has told, by the directory's own rows.
pub fn name_count(account: &mut Account, other: &Account) {
    let bad = &account.bad_logins;
    let is_same = |at: Option<jiff::Timestamp>| match (at, bad.last) {
        (Some(a), Some(b)) => a.duration_since(b).abs() < jiff::SignedDuration::from_secs(1),
        (a, b) => a.is_none() && b.is_none(),
    };
    let rows = other.bad_logins.replicas.iter();
    let mut fitting = rows.filter(|row| row.count.unwrap_or(0) == bad.count.unwrap_or(0) && is_same(row.last));
    // Two rows that say the same name nobody.
    if let (Some(row), None) = (fitting.next(), fitting.next()) {
        account.bad_logins.scope =
            Some(format!("the count of {}; each server counts for itself", row.name.line()).into());
    }
}

/// The same for every pair among these.
pub fn name_counts(accounts: &mut [Account]) {
    let others: Vec<Account> =
        accounts.iter().filter(|account| !account.bad_logins.replicas.is_empty()).cloned().collect();
    for account in accounts {
        if let Some(other) = others.iter().find(|other| confirms(account, other)) {
            name_count(account, other);
        }
    }
}

#[cfg(test)]
mod tests;
