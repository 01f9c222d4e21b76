//! How long ago controllers heard of each other: `replUpToDateVector` of the domain's head (MS-DRSR 5.206; the layout as
//! measured).

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::domain::{CheckResult, Problem};
use crate::provider::directory::topology::Topology;
use crate::provider::directory::{ids, repl_metadata, times};

/// The attribute.
const VECTOR: &str = "replUpToDateVector";
/// Bytes of a record: 16 of the invocation id, u64 sequence number, i64 time.
const RECORD: usize = 32;
/// Longer than this, and a lock or its end comes late, in seconds.
const LATE: i64 = 3_600;
/// Greater numbers are 100 ns since 1601, as Samba keeps them; others are seconds since then.
const SECONDS: i64 = 1_000_000_000_000;

/// The controllers that another one has heard of, and when last; those whose time isn't told are left out.
fn heard(vector: &[u8]) -> Vec<(String, Timestamp)> {
    let one = |record: &[u8]| {
        let time = i64::from_le_bytes(record.get(24..32)?.try_into().ok()?);
        let ticks = if time > SECONDS { time } else { time.checked_mul(10_000_000)? };
        let at = times::from_filetime(ticks).filter(|at| at.as_second() > 0)?;
        Some((ids::guid_text(record.get(..16)?)?, at))
    };
    repl_metadata::records(vector, 2, RECORD).filter_map(one).collect()
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
