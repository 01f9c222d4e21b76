use jiff::Timestamp;

use crate::domain::{BadLogins, Capabilities, KindSpec, ProviderKind, ProviderName, Replica};

use super::*;

const KIND: KindSpec = KindSpec { word: "x", capabilities: Capabilities::NONE, blind_spot: "" };

fn account(provider: &str, id: &str) -> Account {
    let key = AccountKey { provider: ProviderName::new(provider).unwrap(), id: id.into() };
    Account::new(key, ProviderKind(&KIND), "bob".into(), Timestamp::UNIX_EPOCH)
}

#[test]
fn one_account_through_two_doors_is_one_and_its_count_has_a_server() {
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    let row = |name: &str, count, last| Replica { name: name.into(), count: Some(count), last, ..Replica::default() };
    let mut directory = account("ad", "7A");
    directory.bad_logins.replicas = vec![row("DC1", 2, at(5)), row("DC2", 3, at(9))];
    let mut product = account("adaxes", "7a");
    product.bad_logins = BadLogins { last: at(9), ..BadLogins::at_least(3, None) };
    assert!(!confirms(&product, &directory), "only where the configuration says so");
    product.unlocked_through = ProviderName::new("ad");
    assert!(confirms(&product, &directory) && !confirms(&directory, &product));
    let mut both = vec![&directory, &product];
    without_confirming(&mut both);
    assert_eq!(both, [&directory]);
    let mut alone = vec![&product];
    without_confirming(&mut alone);
    assert_eq!(alone.len(), 1);
    let mut accounts = [product, directory];
    name_counts(&mut accounts);
    assert!(accounts[0].bad_logins.scope.as_ref().unwrap().line().contains("DC2"));
}
