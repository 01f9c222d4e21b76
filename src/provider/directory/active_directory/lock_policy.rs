//! How many wrong passwords lock an account, and for how long: by the password settings object that applies to it, else by
//! the domain's head (MS-SAMR 3.1.1.5; MS-ADTS 3.1.1.4.5.36).

use std::time::Duration;

use crate::domain::Problem;
use crate::provider::directory::Directory;
use crate::provider::directory::entry::LdapEntry;
use crate::provider::directory::profile::LockPolicy;
use crate::provider::directory::server::DirectoryServer;
use crate::provider::directory::times::{LockDuration, lock_duration};

/// The three settings: limit, duration, window.
const OF_DOMAIN: [&str; 3] = ["lockoutThreshold", "lockoutDuration", "lockOutObservationWindow"];
const OF_OBJECT: [&str; 3] = ["msDS-LockoutThreshold", "msDS-LockoutDuration", "msDS-LockoutObservationWindow"];

/// The policy of an account; none where it can't be read, as fine-grained ones often can't.
pub async fn of(directory: &Directory, server: &DirectoryServer, base: &str, entry: &LdapEntry) -> Option<LockPolicy> {
    let object = entry.word("msDS-ResultantPSO").map(str::to_owned);
    let (dn, names) = object.as_deref().map_or((base, OF_DOMAIN), |dn| (dn, OF_OBJECT));
    let read = async {
        let entry = server.entry(dn, "(objectClass=*)", &names).await?;
        Ok::<_, Problem>(entry.as_ref().and_then(|entry| read(entry, names)))
    };
    directory.policies.get(dn.to_owned(), read).await.ok().flatten()
}

fn read(entry: &LdapEntry, [limit, duration, window]: [&str; 3]) -> Option<LockPolicy> {
    let length = |name: &str| match lock_duration(entry.number(name)?) {
        LockDuration::Lasts(length) => Some(length),
        LockDuration::Forever => Some(Duration::MAX),
    };
    Some(LockPolicy {
        limit: Some(entry.count(limit)?),
        duration: entry.number(duration).map(lock_duration),
        window: length(window),
    })
}
