//! Reading one directory object.

use jiff::Timestamp;

use crate::domain::{Account, Problem, Untrusted};
use crate::provider::ids::guid;

use super::wire::OBJECT;
use super::{Adaxes, groups, ids, mapping};

/// The properties that are asked for, without spaces.
pub const PROPERTIES: &str = "sAMAccountName,userPrincipalName,mail,displayName,department,title,employeeID,\
    telephoneNumber,mobile,objectSid,lockoutTime,badPwdCount,badPasswordTime,primaryGroupID";

/// The account by GUID, DN or SID; none when there is no such object.
pub async fn account(adaxes: &Adaxes, id: &Untrusted) -> Result<Option<Account>, Problem> {
    if !ids::is_id(id.as_data()) {
        let why = format!("`{}` is no DN, GUID or SID", id.line());
        return Err(Problem::bad_id("this identifies no directory object", why));
    }
    let as_of = Timestamp::now();
    // The service takes a GUID without the braces that other tools write around it.
    let id = guid(id.as_data()).map_or_else(|| id.clone(), |guid| guid.to_string().into());
    let url = format!("/api/directoryObjects?directoryObject={}&properties={PROPERTIES}", id.url());
    let Some(object) = adaxes.client.find(adaxes.client.url(&url), &OBJECT).await? else { return Ok(None) };
    let mut account = mapping::account(adaxes, &object, as_of).map_err(|why| adaxes.client.spec.odd(&why))?;
    if adaxes.groups.names || adaxes.groups.ids {
        account.groups = groups::all(adaxes, &object, &account).await;
    }
    Ok(Some(account))
}
