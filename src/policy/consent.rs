//! What an operator's consent to one unlock has to be: a key, or the account's id, typed.

use crate::domain::{Account, Cause, Untrusted};

use super::{Denial, PolicyRule};

/// Why the account's id has to be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedIdReason {
    /// It was locked on purpose, by this administrator where that is told.
    LockedOnPurpose(Option<Untrusted>),
    /// Whose account it is was guessed, by this.
    UncertainOwner(&'static str),
    /// A rule wants it.
    Rule(PolicyRule),
}

/// Why this account's id has to be typed before an unlock; none where a key is enough.
pub fn typed_id_reason(account: &Account, denials: &[Denial]) -> Option<TypedIdReason> {
    if account.lock.cause() == Some(Cause::Admin) {
        return Some(TypedIdReason::LockedOnPurpose(account.locked_by.clone()));
    }
    let by_rule = || denials.iter().find(|one| matches!(one, Denial::TypeId(_)));
    account
        .guess
        .map(TypedIdReason::UncertainOwner)
        .or_else(|| by_rule().map(|one| TypedIdReason::Rule(one.rule().clone())))
}

/// True for what is read as locked, is enabled, was not locked on purpose, and is unlocked where it stands: what an
/// ordinary unlock opens.
pub fn opens_ordinarily(account: &Account) -> bool {
    account.is_read()
        && account.lock.is_locked()
        && account.enabled != Some(false)
        && account.lock.cause() != Some(Cause::Admin)
        && account.unlocked_through.is_none()
}
