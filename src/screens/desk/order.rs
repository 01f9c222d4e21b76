//! By what the list of people is ordered.

use crate::domain::person::Person;
use crate::flow::account_cache::AccountCache;
use crate::screens::list_state::SortKey;

/// What a person has in that column.
pub fn person_key(person: &Person, column: usize, cache: &AccountCache) -> SortKey {
    let accounts = || person.accounts.iter().filter_map(|key| cache.get(key));
    match column {
        0 => SortKey::text(person.name.as_data()),
        1 => SortKey::text(accounts().next().map_or("", |account| account.username.as_data())),
        // Who is locked first.
        _ => {
            SortKey::Number(-i64::try_from(accounts().filter(|account| account.lock.is_locked()).count()).unwrap_or(0))
        }
    }
}
