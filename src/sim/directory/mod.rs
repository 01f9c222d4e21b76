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
use super::fault_injection::Fault;
use super::world::CONTROLLERS;
use operations::{Found, LdapRefusal, SearchRequest};

const PROVIDER: &str = "ad";

/// Starts the controllers; gives their addresses.
pub async fn start(shared: &Arc<SimContext>) -> io::Result<Vec<String>> {
    let mut urls = Vec::new();
    for controller in 0..CONTROLLERS {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        urls.push(format!("ldap://{}", listener.local_addr()?));
        tokio::spawn(run(listener, controller, Arc::clone(shared)));
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

async fn run(listener: TcpListener, controller: usize, shared: Arc<SimContext>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, controller, Arc::clone(&shared)));
    }
}

/// One connection: who signed in on it, and whether it is still worth anything.
struct ClientConnection {
    controller: usize,
    shared: Arc<SimContext>,
    out: Mutex<OwnedWriteHalf>,
    is_bound: AtomicBool,
    is_stale: AtomicBool,
}

async fn serve(stream: TcpStream, controller: usize, shared: Arc<SimContext>) -> io::Result<()> {
    let (mut from, out) = stream.into_split();
    let connection = Arc::new(ClientConnection {
        controller,
        shared,
        out: Mutex::new(out),
        is_bound: AtomicBool::default(),
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
                if let Ok(true) = answer(&connection, message).await {
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

/// Answers one message; true where the connection ends with it.
async fn answer(connection: &ClientConnection, message: ber::LdapMessage) -> io::Result<bool> {
    let Some((_, method, reply)) = OPERATIONS.iter().find(|row| row.0 == message.operation.id).copied() else {
        // Goodbye, or something that nobody here asks for.
        return Ok(message.operation.id == 2);
    };
    let shared = &connection.shared;
    let target = target(&message.operation).unwrap_or_default();
    let path = format!("DC{} {target}", connection.controller + 1);
    let index = shared.log(ReceivedRequest {
        at: shared.now().to_string(),
        provider: PROVIDER,
        method: method.to_owned(),
        path: path.clone(),
        ..ReceivedRequest::default()
    });
    let faults = shared.faults.lock().take(PROVIDER, method, &path);
    if faults.contains(&Fault::CutBefore) {
        return Ok(true);
    }
    let refusal = faults.iter().find_map(|fault| match fault {
        Fault::Status { status, .. } => Some((u32::from(*status), "the fault that was ordered".to_owned())),
        _ => None,
    });
    let carried_out = refusal.is_none();
    let found = refusal.map_or_else(|| carry_out(connection, &message, &faults), Err);
    shared.wait(&faults).await;
    if faults.contains(&Fault::Cut) {
        shared.log_status(index, None, carried_out);
        return Ok(true);
    }
    let ((answers, code, cookie), words) = match found {
        Ok(found) => (found, String::new()),
        Err((code, words)) => ((Vec::new(), code, None), words),
    };
    shared.log_status(index, u16::try_from(code).ok(), carried_out);
    let mut bytes: Vec<u8> = answers.into_iter().flat_map(|one| ber::message(message.id, one, None)).collect();
    bytes.extend(ber::message(message.id, ber::result(reply, code, &words), cookie.as_deref().map(ber::page_control)));
    let is_cut = faults.contains(&Fault::Truncate);
    if is_cut {
        bytes.truncate(bytes.len() / 2);
    }
    connection.is_stale.fetch_or(faults.contains(&Fault::CloseSilently), Ordering::Relaxed);
    connection.out.lock().await.write_all(&bytes).await?;
    Ok(is_cut)
}

/// Whom an operation names, for the log.
fn target(operation: &StructureTag) -> Option<String> {
    let parts = ber::parts(operation)?;
    ber::text(parts.get(usize::from(operation.id == 0))?)
}

fn carry_out(
    connection: &ClientConnection,
    message: &ber::LdapMessage,
    faults: &[Fault],
) -> Result<Found, LdapRefusal> {
    let (controller, now) = (connection.controller, connection.shared.now());
    let mut world = connection.shared.world();
    let needs_login = || Err((1, "00002020: Operation unavailable without authentication".to_owned()));
    let is_bound = connection.is_bound.load(Ordering::Relaxed);
    match message.operation.id {
        0 => {
            let bound = operations::bind(&message.operation, &mut world, controller, now);
            connection.is_bound.store(bound.is_ok(), Ordering::Relaxed);
            bound.map(|()| Found::default())
        }
        3 => {
            let odd = || (2, "the request can't be read".to_owned());
            let mut asked = SearchRequest::read(message).ok_or_else(odd)?;
            if asked.needs_login() && !is_bound {
                return needs_login();
            }
            // A proxy's mistake: somebody else's entry in place of the one that was asked for.
            for fault in faults {
                if let Fault::AnotherAccount { id, instead } = fault {
                    asked.base = asked.base.replace(id, instead);
                }
            }
            operations::search(&asked, &mut world, controller, now)
        }
        6 if !is_bound => needs_login(),
        6 => operations::modify(&message.operation, &mut world, controller, now).map(|()| Found::default()),
        _ => Err((52, "Error initializing SSL/TLS".to_owned())),
    }
}
