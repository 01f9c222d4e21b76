//! `cargo bench --bench directory`: unlocks and searches beside OpenLDAP's own tools, on the real servers that
//! `tests/servers/up DIRECTORY` has started (`USERS=520`), named by `TEST_DIRECTORIES`. Prints figures; asserts nothing.
//!
//! * the write phase of 500 unlocks through one connection, beside one `ldapmodify -f`: what comes before (reading, the
//!   intent on disk) and after (reading back) is left out, but connecting is not;
//! * the same through a proxy that holds each packet back for 5 ms in each direction;
//! * 100 searches by account name, beside as many filters of one `ldapsearch -f`;
//! * the resident memory of the program with a directory.
//!
//! `ROUNDS` (7) rounds, of which the median is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]
mod server;
mod slow_link;

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use unbolt::domain::{MatchMode, Query, Unlock};
use unbolt::engine::Core;

use server::Server;
use slow_link::proxy;

const COUNT: usize = 500;
const SEARCHES: usize = 100;
/// How many unlocks are under way at once.
const WINDOW: usize = 16;
const DELAY: Duration = Duration::from_millis(5);

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The unlocks, each recorded first; their keys and states were read before.
async fn unlock_all(core: &Core) -> f64 {
    let provider = &core.providers()[0];
    let ids = stream::iter(0..COUNT)
        .map(|n| async move {
            let found = provider.search(&Query::new(&format!("u{n:05}"), MatchMode::Exact), None).await.unwrap();
            let account = found.accounts.into_iter().next().unwrap();
            let read = provider.read(&account.key.id).await.unwrap().unwrap();
            assert!(read.lock.is_locked(), "{} isn't locked", read.username.line());
            read
        })
        .buffered(WINDOW)
        .collect::<Vec<_>>()
        .await;
    let records = stream::iter(ids)
        .map(|account| async move {
            let unlock = Unlock {
                key: account.key.clone(),
                layer: unbolt::domain::Layer::ACCOUNT,
                username: account.username,
                email: None,
                ticket: None,
                verified: None,
                seen: "locked".to_owned(),
                operator: "bench".into(),
                system: "bench".into(),
                aliases: Vec::new(),
                typed_id: false,
                further: false,
                beside: None,
                part: None,
            };
            core.ledger().record(unlock).await.unwrap()
        })
        .buffered(WINDOW)
        .collect::<Vec<_>>()
        .await;
    core.close_sessions().await;
    let began = Instant::now();
    let replies = stream::iter(&records)
        .map(|recorded| provider.unlock(recorded))
        .buffer_unordered(WINDOW)
        .collect::<Vec<_>>()
        .await;
    let took = began.elapsed().as_secs_f64();
    let is_taken = |reply: &&unbolt::domain::UnlockReply| matches!(reply, unbolt::domain::UnlockReply::Accepted(_));
    assert_eq!(replies.iter().filter(is_taken).count(), COUNT, "{:?}", replies.iter().find(|reply| !is_taken(reply)));
    took
}

async fn search_all(core: &Core) -> f64 {
    let provider = &core.providers()[0];
    let _ = provider.search(&Query::new("u00000", MatchMode::Exact), None).await.unwrap();
    let began = Instant::now();
    for n in 0..SEARCHES {
        let found = provider.search(&Query::new(&format!("u{n:05}"), MatchMode::Exact), None).await.unwrap();
        assert_eq!(found.accounts.len(), 1);
    }
    began.elapsed().as_secs_f64()
}

fn unlocks(server: &Server, url: &str, rounds: usize, place: &Path) -> (f64, f64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ldif = place.join("open.ldif");
    std::fs::write(&ldif, server.opens()).unwrap();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        server.lock(place);
        theirs.push(server.tool(
            "ldapmodify",
            url,
            (&server.helpdesk(), "Help-Desk-Pw1!"),
            &["-f", ldif.to_str().unwrap()],
        ));
        server.lock(place);
        let core = server.core(place, url);
        ours.push(runtime.block_on(async {
            let took = unlock_all(&core).await;
            core.close_sessions().await;
            took
        }));
    }
    (median(ours), median(theirs))
}

fn searches(server: &Server, rounds: usize, place: &Path) -> (f64, f64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let names = place.join("names");
    // The filter that the program sends for a whole name, and what it asks for.
    let (filter, attributes): (&str, &[&str]) = match server.kind {
        "SAMBA" => (
            "&(sAMAccountType=805306368)(|(sAMAccountName=%s)(userPrincipalName=%s)(mail=%s)(displayName=%s)(employeeID=%s))",
            &[
                "objectGUID",
                "objectSid",
                "sAMAccountName",
                "mail",
                "lockoutTime",
                "msDS-User-Account-Control-Computed",
                "allowedAttributesEffective",
                "replPropertyMetaData",
            ],
        ),
        _ => ("&(objectClass=person)(|(uid=%s)(mail=%s)(cn=%s)(displayName=%s)(employeeNumber=%s))", &["*", "+"]),
    };
    std::fs::write(&names, (0..SEARCHES).map(|n| filter.replace("%s", &format!("u{n:05}")) + "\n").collect::<String>())
        .unwrap();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let more = ["-b", &server.base, "-E", "pr=250/noprompt", "-f", names.to_str().unwrap(), "(%s)"];
        let more: Vec<&str> = more.iter().copied().chain(attributes.iter().copied()).collect();
        theirs.push(server.tool("ldapsearch", &server.url, (&server.helpdesk(), "Help-Desk-Pw1!"), &more));
        let core = server.core(place, &server.url);
        ours.push(runtime.block_on(async {
            let took = search_all(&core).await;
            core.close_sessions().await;
            took
        }));
    }
    (median(ours), median(theirs))
}

fn main() {
    let Some(place) = std::env::var_os("TEST_DIRECTORIES") else {
        println!("no real directories: tests/servers/up DIRECTORY, then TEST_DIRECTORIES=DIRECTORY");
        return;
    };
    let text = std::fs::read_to_string(Path::new(&place).join("servers.env")).unwrap();
    let servers =
        text.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(7);
    let own = tempfile::tempdir_in("/dev/shm").unwrap();
    for server in Server::all(&servers) {
        let (ours, theirs) = unlocks(&server, &server.url, rounds, own.path());
        println!("{}: {COUNT} unlocks {ours:.3} s, ldapmodify {theirs:.3} s: {:.2}", server.kind, ours / theirs);
        let late = format!("ldaps://localhost:{}", proxy(server.address()));
        let (ours, theirs) = unlocks(&server, &late, rounds, own.path());
        println!(
            "{}: 5 ms each way: {ours:.3} s, ldapmodify {theirs:.3} s: {:.1} times as fast",
            server.kind,
            theirs / ours
        );
        let (ours, theirs) = searches(&server, rounds, own.path());
        println!("{}: {SEARCHES} searches {ours:.3} s, ldapsearch {theirs:.3} s: {:.2}", server.kind, ours / theirs);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let resident = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    println!("this program, at most: {resident}");
}
