//! The groups of an account, nested ones and the primary one too: the controller computes them (`tokenGroups`).

use crate::domain::Untrusted;
use crate::provider::directory::Directory;
use crate::provider::directory::entry::LdapEntry;
use crate::provider::directory::ids;
use crate::provider::directory::server::{DirectoryServer, LdapSearch};
use crate::provider::paging::incomplete;

/// Identifiers in one question.
const AT_ONCE: usize = 50;

/// Every group by identifier and, where needed, by name; none where they can't be read.
pub async fn of(directory: &Directory, server: &DirectoryServer, base: &str, target: &str) -> Option<Vec<Untrusted>> {
    let sids = token_groups(server, target).await;
    if sids.is_empty() {
        // Everybody is in one at least: it wasn't told.
        return None;
    }
    let mut groups: Vec<Untrusted> = sids.iter().map(|sid| sid.as_str().into()).collect();
    if directory.groups.names {
        for part in sids.chunks(AT_ONCE) {
            groups.extend(names(directory, server, base, part).await?);
        }
    }
    Some(groups)
}

/// The last numbers of groups whose members' rights the domain resets itself (MS-ADTS 3.1.1.6.1.2): administrators, domain,
/// schema and enterprise administrators, domain controllers, and the operators.
const PRIVILEGED: [&str; 10] = ["-512", "-516", "-518", "-519", "-521", "-544", "-548", "-549", "-550", "-551"];

/// True for a member of such a group.
pub async fn is_privileged(server: &DirectoryServer, dn: &str) -> bool {
    token_groups(server, dn).await.iter().any(|sid| PRIVILEGED.iter().any(|last| sid.ends_with(last)))
}

/// The identifiers of the groups; none where they can't be read.
async fn token_groups(server: &DirectoryServer, dn: &str) -> Vec<String> {
    let entry = server.entry(dn, &["tokenGroups"]).await.ok().flatten().unwrap_or_default();
    entry.values("tokenGroups").iter().filter_map(|sid| ids::sid_text(sid)).collect()
}

/// The groups' names; none where one of them isn't known.
async fn names(directory: &Directory, server: &DirectoryServer, base: &str, sids: &[String]) -> Option<Vec<Untrusted>> {
    let read = async {
        let one = |sid: &String| ids::sid_bytes(sid).map(|sid| format!("(objectSid={})", ids::filter_bytes(&sid)));
        let any: String = sids.iter().filter_map(one).collect();
        let filter = format!("(|{any})");
        let search = LdapSearch::below(base, &filter, &["sAMAccountName", "cn"], AT_ONCE);
        let found = server.search(&search).await?.entries;
        let name = |entry: &LdapEntry| entry.text("sAMAccountName").or_else(|| entry.text("cn"));
        let names: Vec<Untrusted> = found.iter().filter_map(name).collect();
        // A rule by name has to hold for a group of another domain, too: one without a name leaves all unknown.
        if names.len() < sids.len() {
            return Err(incomplete("not every group has a name here"));
        }
        Ok(names)
    };
    directory.group_names.get(sids.join(" "), read).await.ok()
}
