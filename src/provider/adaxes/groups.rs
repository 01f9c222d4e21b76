//! The groups of an account: those it is in, those that these are in, and its primary group, which `memberOf` leaves out.
//! Where not all of them are told, none are: a rule by group must not be got round by a group inside a group.

use crate::domain::{Account, Untrusted};
use crate::provider::http::Request;
use crate::provider::ids::{dn_parts, unescaped};
use crate::provider::json::Object;

use super::wire::{OBJECT, text};
use super::{Adaxes, search};

/// The matching rule that follows memberships to their end (`LDAP_MATCHING_RULE_IN_CHAIN`).
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";
/// Groups that are taken of one account.
const MOST: usize = 1_000;

/// Every group by its names; none where the service doesn't tell all of them.
pub async fn all(adaxes: &Adaxes, object: &Object, account: &Account) -> Option<Vec<Untrusted>> {
    let dn = object.text("dn")?;
    let (chain, primary) = tokio::join!(in_chain(adaxes, &dn), primary(adaxes, object, account));
    let mut names: Vec<Untrusted> = chain?.iter().chain(&primary?).flat_map(self::names).collect();
    names.dedup();
    Some(names)
}

/// Every group that the account is in, however deep.
async fn in_chain(adaxes: &Adaxes, dn: &Untrusted) -> Option<Vec<Object>> {
    let filter = format!("(member:{IN_CHAIN}:={})", dn.ldap_filter());
    let body = search::criteria("group", &filter, "sAMAccountName", MOST);
    let request = Request::post_json(adaxes.client.url("/api/directoryObjects/search"), &body);
    let response = adaxes.client.read(request).await.ok()?;
    let found = search::hits(adaxes, &response).ok()?;
    let groups: Option<Vec<Object>> = found.rows.iter().map(|row| Object::read(row.get(), &OBJECT).ok()).collect();
    // A list that was cut says nothing of the groups that it leaves out.
    groups.filter(|groups| groups.len() < MOST && found.cookie.is_none())
}

/// The primary group: its number below the domain of the account's own SID.
async fn primary(adaxes: &Adaxes, object: &Object, account: &Account) -> Option<Vec<Object>> {
    let number = text(object, "primaryGroupID")?;
    let sid = account.aliases.iter().find(|id| super::ids::is_sid(id.as_data()))?;
    let (domain, _) = sid.as_data().rsplit_once('-')?;
    let id = Untrusted::from(format!("{domain}-{}", number.as_data()));
    let url =
        adaxes.client.url(&format!("/api/directoryObjects?directoryObject={}&properties=sAMAccountName", id.url()));
    adaxes.client.get(url, &OBJECT).await.ok().map(|group| vec![group])
}

/// A group's distinguished name, the common name in it, and its own name.
fn names(group: &Object) -> Vec<Untrusted> {
    let dn = group.text("dn");
    let common = dn.as_ref().and_then(common_name);
    [dn.clone(), common, text(group, "sAMAccountName"), group.text("displayName")].into_iter().flatten().collect()
}

/// The common name at the start of a distinguished name: an escaped comma belongs to it (RFC 4514 §2.4).
fn common_name(dn: &Untrusted) -> Option<Untrusted> {
    let first = dn_parts(dn.as_data()).into_iter().next()?;
    let rest = first.get(..3).filter(|head| head.eq_ignore_ascii_case("CN=")).and(first.get(3..))?;
    Some(unescaped(rest).into())
}
