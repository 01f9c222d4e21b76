//! Three controllers of one Active Directory domain, over plain LDAP on loopback. Each counts wrong passwords for itself;
//! a lock, and its end, reach the others some seconds later. Written from the protocol's standards and from what real
//! controllers were seen to answer.

mod ber;
mod entries;
mod filter;
mod operations;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::BytesMut;
use lber::structure::StructureTag;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::ClientLogin;
use super::context::{ReceivedRequest, SimContext};
use super::fault_injection::{self, Fault};
use super::world::CONTROLLERS;
use operations::SearchRequest;

const PROVIDER: &str = "ad";

/// Starts the controllers; gives their addresses.
pub async fn start(shared: &Arc<SimContext>) -> io::Result<Vec<String>> {
    let mut urls = Vec::new();
    for controller in 0..CONTROLLERS {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        urls.push(format!("ldap://{}", listener.local_addr()?));
        run(listener, controller, Arc::clone(shared));
    }
    Ok(urls)
}

/// What the ready configuration says.
pub fn login(urls: &[String]) -> ClientLogin {
    let toml = format!(
        "kind = \"directory\"\nprofile = \"active-directory\"\nservers = {urls:?}\ndiscover = false\nusername = \"{}\"\n\
         password = {{ file = {{secret}} }}\nmax_per_second = 1000\n",
        operations::USERNAME
    );
    ClientLogin::with_secret(toml, operations::PASSWORD)
}

fn run(listener: TcpListener, controller: usize, shared: Arc<SimContext>) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let _ = serve(stream, controller, shared).await;
            });
        }
    });
}

/// One connection: who signed in on it, and whether it is still worth anything.
struct ClientConnection {
    controller: usize,
    shared: Arc<SimContext>,
    out: Mutex<OwnedWriteHalf>,
    is_bound: AtomicBool,
    is_cut: AtomicBool,
    is_stale: AtomicBool,
}

async fn serve(stream: TcpStream, controller: usize, shared: Arc<SimContext>) -> io::Result<()> {
    let (mut from, out) = stream.into_split();
    let connection = Arc::new(ClientConnection {
        controller,
        shared,
        out: Mutex::new(out),
        is_bound: AtomicBool::default(),
        is_cut: AtomicBool::default(),
        is_stale: AtomicBool::default(),
    });
    let mut buffer = BytesMut::new();
    let ended = Arc::new(tokio::sync::Notify::new());
    loop {
        while let Some(message) = ber::take(&mut buffer)? {
            if connection.is_stale.load(Ordering::Relaxed) {
                return Ok(());
            }
            // A request that was received whole is carried out, whatever becomes of the connection; several go on at once.
            let (connection, ended) = (Arc::clone(&connection), Arc::clone(&ended));
            let is_bind = message.operation.id == 0;
            let work = tokio::spawn(async move {
                let _ = answer(&connection, message).await;
                if connection.is_cut.load(Ordering::Relaxed) {
                    ended.notify_one();
                }
            });
            if is_bind {
                let _ = work.await;
            }
        }
        tokio::select! {
            read = from.read_buf(&mut buffer) => if read? == 0 { return Ok(()) },
            () = ended.notified() => return Ok(()),
        }
    }
}

/// The operations by their application numbers: the name for the log, and the number of the answer.
const OPERATIONS: [(u64, &str, u64); 4] = [(0, "BIND", 1), (3, "SEARCH", 5), (6, "MODIFY", 7), (23, "EXTENDED", 24)];

async fn answer(connection: &ClientConnection, message: ber::LdapMessage) -> io::Result<()> {
    let Some((_, method, reply)) = OPERATIONS.iter().find(|row| row.0 == message.operation.id).copied() else {
        // Goodbye, or something that nobody here asks for.
        connection.is_cut.store(message.operation.id == 2, Ordering::Relaxed);
        return Ok(());
    };
    let shared = &connection.shared;
    let target = target(&message.operation).unwrap_or_default();
    let path = format!("DC{} {target}", connection.controller + 1);
    let index = shared.log(ReceivedRequest {
        at: shared.now().to_string(),
        provider: PROVIDER,
        method: method.to_owned(),
        path: path.clone(),
        query: String::new(),
        headers: Vec::new(),
        body: String::new(),
        status: None,
        carried_out: false,
    });
    let faults = shared.faults.lock().take(PROVIDER, method, &path);
    let has = |fits: fn(&Fault) -> bool| faults.iter().any(fits);
    if has(|fault| matches!(fault, Fault::CutBefore)) {
        connection.is_cut.store(true, Ordering::Relaxed);
        return Ok(());
    }
    let refusal = faults.iter().find_map(|fault| match fault {
        Fault::Status { status, .. } => Some((u32::from(*status), "the fault that was ordered".to_owned())),
        _ => None,
    });
    let (answers, (code, words), cookie) = match &refusal {
        Some(refusal) => (Vec::new(), refusal.clone(), None),
        None => carry_out(connection, &message, &faults),
    };
    let wait = shared.latency + fault_injection::delay(&faults);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let status = u16::try_from(code).ok();
    if has(|fault| matches!(fault, Fault::Cut)) {
        shared.log_status(index, None, refusal.is_none());
        connection.is_cut.store(true, Ordering::Relaxed);
        return Ok(());
    }
    shared.log_status(index, status, refusal.is_none());
    let mut bytes: Vec<u8> = Vec::new();
    for one in answers {
        bytes.extend(ber::message(message.id, one, None));
    }
    bytes.extend(ber::message(message.id, ber::result(reply, code, &words), cookie.as_deref().map(ber::page_control)));
    if has(|fault| matches!(fault, Fault::Truncate)) {
        bytes.truncate(bytes.len() / 2);
        connection.is_cut.store(true, Ordering::Relaxed);
    }
    connection.is_stale.fetch_or(has(|fault| matches!(fault, Fault::CloseSilently)), Ordering::Relaxed);
    connection.out.lock().await.write_all(&bytes).await
}

/// Whom an operation names, for the log.
fn target(operation: &StructureTag) -> Option<String> {
    let parts = ber::parts(operation)?;
    ber::text(parts.get(usize::from(operation.id == 0))?)
}

type Answered = (Vec<StructureTag>, (u32, String), Option<String>);

fn carry_out(connection: &ClientConnection, message: &ber::LdapMessage, faults: &[Fault]) -> Answered {
    let (controller, now) = (connection.controller, connection.shared.now());
    let mut world = connection.shared.world();
    let of = |result: Result<(), (u32, String)>| (Vec::new(), result.err().unwrap_or_default(), None);
    let needs_login = || of(Err((1, "00002020: Operation unavailable without authentication".to_owned())));
    let is_bound = connection.is_bound.load(Ordering::Relaxed);
    match message.operation.id {
        0 => {
            let bound = operations::bind(&message.operation, &mut world, controller, now);
            connection.is_bound.store(bound.is_ok(), Ordering::Relaxed);
            of(bound)
        }
        3 => match SearchRequest::read(&message.operation) {
            None => of(Err((2, "the request can't be read".to_owned()))),
            Some(asked) if asked.needs_login() && !is_bound => needs_login(),
            Some(mut asked) => {
                // A proxy's mistake: somebody else's entry in place of the one that was asked for.
                for fault in faults {
                    if let Fault::AnotherAccount { id, instead } = fault {
                        asked.base = asked.base.replace(id, instead);
                    }
                }
                operations::search(&asked, ber::page(&message.controls), &mut world, (controller, now))
            }
        },
        6 if !is_bound => needs_login(),
        6 => of(operations::modify(&message.operation, &mut world, controller, now)),
        _ => of(Err((52, "Error initializing SSL/TLS".to_owned()))),
    }
}
