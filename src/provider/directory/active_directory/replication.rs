//! What controllers note of each other's changes (the layouts as measured): which of them wrote an attribute last
//! (`replPropertyMetaData`, MS-DRSR 4.1.10.5.x), and how long ago they heard of each other (`replUpToDateVector` of the
//! domain's head, MS-DRSR 5.206).

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::domain::{CheckResult, Problem};
use crate::provider::directory::topology::Topology;
use crate::provider::directory::{ids, times};

/// The attribute.
const VECTOR: &str = "replUpToDateVector";
/// Bytes of a record in it: 16 of the invocation id, u64 sequence number, i64 time.
const VECTOR_RECORD: usize = 32;
/// Longer than this, and a lock or its end comes late, in seconds.
const LATE: i64 = 3_600;
/// Greater numbers are 100 ns since 1601, as Samba keeps them; others are seconds since then.
const SECONDS: i64 = 1_000_000_000_000;
/// The id of `lockoutTime` in `replPropertyMetaData`.
pub const LOCKOUT_TIME: u32 = 0x0009_0296;
/// Bytes before the first record of either: u32 version, u32 unused, u32 number of records, u32 unused.
const HEAD: usize = 16;
/// Bytes of a record of `replPropertyMetaData`: u32 attribute, u32 version, i64 seconds since 1601, 16 bytes invocation, u64
/// two sequence numbers.
const METADATA_RECORD: usize = 48;

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// The records of a table as controllers keep them, each of that many bytes; none where it has another version.
fn records(table: &[u8], version: u32, length: usize) -> impl Iterator<Item = &[u8]> {
    let count = table.get(8..).and_then(number).filter(|_| number(table) == Some(version)).unwrap_or(0);
    table.get(HEAD..).unwrap_or_default().chunks_exact(length).take(count as usize)
}

/// The invocation id (as text) of the controller that wrote that attribute last; none where nobody did.
pub fn originator(metadata: &[u8], attribute: u32) -> Option<String> {
    let record = records(metadata, 1, METADATA_RECORD).find(|record| number(record) == Some(attribute))?;
    ids::guid_text(record.get(16..32)?)
}

/// The controllers that another one has heard of, and when last; those whose time isn't told are left out.
fn heard(vector: &[u8]) -> Vec<(String, Timestamp)> {
    let one = |record: &[u8]| {
        let time = i64::from_le_bytes(record.get(24..32)?.try_into().ok()?);
        let ticks = if time > SECONDS { time } else { time.checked_mul(10_000_000)? };
        let at = times::from_filetime(ticks).filter(|at| at.as_second() > 0)?;
        Some((ids::guid_text(record.get(..16)?)?, at))
    };
    records(vector, 2, VECTOR_RECORD).filter_map(one).collect()
}

/// One line for each controller that hears late, or one that says that all is well or not told.
pub async fn findings(topology: &Topology) -> Vec<CheckResult> {
    if topology.replicas.len() < 2 {
        return Vec::new();
    }
    let told = join_all(topology.replicas.iter().map(|role| async move {
        let head = role.server.entry(&topology.domain, &[VECTOR]).await?;
        Ok::<_, Problem>(head.as_ref().and_then(|head| head.bytes(VECTOR)).map(heard).unwrap_or_default())
    }))
    .await;
    let now = Timestamp::now();
    let mut ages = Vec::new();
    for (role, told) in topology.replicas.iter().zip(told) {
        for (invocation, at) in told.unwrap_or_default() {
            // Controllers that are gone stay in the list for good.
            if let Some(other) = topology.by_invocation.get(&invocation).filter(|other| **other != role.name) {
                ages.push((role.name.as_str(), other.as_str(), now.duration_since(at).as_secs()));
            }
        }
    }
    let Some(oldest) = ages.iter().map(|(.., age)| *age).max() else {
        return vec![CheckResult::not_told(
            "replication",
            "the controllers don't tell when they heard of each other",
            "",
        )];
    };
    if oldest <= LATE {
        return vec![CheckResult::good(
            "replication",
            format!("each controller heard of the others within {oldest} s"),
        )];
    }
    ages.iter().filter(|(.., age)| *age > LATE).map(late).collect()
}

fn late((name, other, age): &(&str, &str, i64)) -> CheckResult {
    let says = format!("{name} hasn't heard of {other} for {} min", age / 60);
    CheckResult::warn(
        "replication",
        says,
        "a lock on one reaches the other late: have the domain's replication looked at",
    )
}

#[cfg(test)]
mod tests;
