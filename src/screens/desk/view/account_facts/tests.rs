use crate::domain::{AccountKey, Capabilities, KindSpec, ProviderKind, ProviderName};

use super::*;

const KIND: KindSpec = KindSpec { word: "x", capabilities: Capabilities::NONE, blind_spot: "" };

#[test]
fn what_keeps_a_person_out_is_told_once_each() {
    let key = AccountKey { provider: ProviderName::new("x").unwrap(), id: "7".into() };
    let mut account = Account::new(key, ProviderKind(&KIND), "bob".into(), Timestamp::UNIX_EPOCH);
    account.barred = Some("expired");
    let told = |account: &Account| -> Vec<String> {
        troubles(&Appearance::new(true, false), account).into_iter().map(|(text, _)| text).collect()
    };
    let expired = "the account has expired: an unlock does not extend it";
    assert_eq!(told(&account), [expired]);
    account.enabled = Some(false);
    assert_eq!(told(&account), ["the account is disabled: an unlock does not enable it", expired]);
}
