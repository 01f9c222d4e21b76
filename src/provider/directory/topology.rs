//! Which servers a directory has, what they are called, and where people are in it. Found once and kept for a while;
//! connections outlive it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::domain::{Code, Problem, Untrusted};

use super::Directory;
use super::active_directory::controllers::{self, Controller};
use super::active_directory::srv;
use super::connect::{Address, short_names};
use super::root_entry::first_root;
use super::server::DirectoryServer;
use super::settings::Profile;

/// After this the servers are looked up again.
const LIFE: Duration = Duration::from_secs(300);
/// More servers are never asked side by side.
const MOST: usize = 64;

/// One server of the directory, as it is shown.
#[derive(Clone)]
pub struct ServerSummary {
    /// The server.
    pub server: Arc<DirectoryServer>,
    /// Its short name.
    pub name: String,
    /// The site it stands in.
    pub site: Option<String>,
    /// True for one that takes no changes.
    pub is_read_only: bool,
}

/// The servers, and where people are.
#[derive(Clone)]
pub struct Topology {
    /// People are below this entry.
    pub base: String,
    /// The whole directory is below this one: its head, policies and groups.
    pub domain: String,
    /// The servers, by name.
    pub replicas: Vec<ServerSummary>,
    /// The place of the first that answered: searches begin there.
    pub primary: usize,
    /// Names of servers by what their changes are marked with.
    pub by_invocation: HashMap<String, String>,
    /// What couldn't be found out.
    pub problem: Option<Problem>,
}

impl Topology {
    /// Those servers, and the one that answered first.
    fn of(mut replicas: Vec<ServerSummary>, first: &Arc<DirectoryServer>, domain: String, base: String) -> Self {
        replicas.sort_by(|a, b| a.name.cmp(&b.name));
        let primary = replicas.iter().position(|replica| Arc::ptr_eq(&replica.server, first)).unwrap_or(0);
        Self { base, domain, replicas, primary, by_invocation: HashMap::new(), problem: None }
    }
}

/// The topology, when it was found.
pub type CachedTopology = Option<(Arc<Topology>, Instant)>;

impl Directory {
    /// The servers of the directory. What was found with a part missing is looked for again soon.
    pub(super) async fn topology(&self) -> Result<Arc<Topology>, Problem> {
        let mut known = self.known.lock().await;
        if let Some((topology, at)) = known.as_ref()
            && at.elapsed() < if topology.problem.is_some() { LIFE / 10 } else { LIFE }
        {
            return Ok(Arc::clone(topology));
        }
        let found = match (self.find_topology().await, known.as_ref()) {
            // What was known stands while it can't be looked up: each server says itself how it is.
            (Ok(found), Some((before, _)))
                if found.problem.is_some() && found.replicas.len() < before.replicas.len() =>
            {
                Topology { problem: found.problem, ..(**before).clone() }
            }
            (Ok(found), _) => found,
            (Err(problem), Some((before, _))) => Topology { problem: Some(not_whole(&problem)), ..(**before).clone() },
            (Err(problem), None) => return Err(problem),
        };
        let found = Arc::new(found);
        *known = Some((Arc::clone(&found), Instant::now()));
        Ok(found)
    }

    /// The server at that address: always the same one, with its connection.
    fn server(&self, address: &Address, name: &str) -> Arc<DirectoryServer> {
        let mut servers = self.servers.lock();
        let make = || Arc::new(DirectoryServer::new(address.clone(), name.to_owned(), Arc::clone(&self.access)));
        Arc::clone(servers.entry(address.clone()).or_insert_with(make))
    }

    async fn find_topology(&self) -> Result<Topology, Problem> {
        let settings = &self.access.settings;
        let mut addresses = settings.addresses().unwrap_or_default();
        let is_domain = settings.profile == Profile::ActiveDirectory;
        let mut named = "DNS names none";
        if let (true, true, Some(domain)) = (is_domain, settings.discover, &settings.domain) {
            match srv::hosts(domain, settings.name_server).await {
                Some(hosts) => self.add(&mut addresses, hosts),
                None => named = "no name server answers",
            }
        }
        if addresses.is_empty() {
            return Err(Problem::new(
                Code::NameNotFound,
                "no controller of the domain was found",
                format!("{named}, and the configuration names none"),
                "name one with `servers`, or the domain's name server with `name_server`",
            ));
        }
        let names = short_names(&addresses);
        let servers: Vec<Arc<DirectoryServer>> =
            addresses.iter().zip(&names).map(|(address, name)| self.server(address, name)).collect();
        let (first, root) = first_root(&servers).await?;
        let (domain, base) = self.bases(&root)?;
        let configuration = root.word("configurationNamingContext").filter(|_| is_domain).map(str::to_owned);
        let Some(configuration) = configuration else {
            // The named servers, each with a state of its own.
            let role = |server: Arc<DirectoryServer>| {
                let name = server.name().to_owned();
                ServerSummary { server, name, site: None, is_read_only: false }
            };
            return Ok(Topology::of(servers.into_iter().map(role).collect(), &first, domain, base));
        };
        let dns_name = settings.domain.clone().unwrap_or_else(|| controllers::dns_domain(&domain));
        let asks_dns = settings.discover && settings.domain.is_none();
        let by_dns = async { if asks_dns { srv::hosts(&dns_name, settings.name_server).await } else { None } };
        let (listed, by_dns) = tokio::join!(controllers::list(&first, &configuration, &domain), by_dns);
        let (listed, mut problem) = match listed {
            Ok(listed) => (listed, None),
            Err(problem) => (Vec::new(), Some(not_whole(&problem))),
        };
        if settings.discover {
            let inside = listed.iter().map(|one| &one.host).filter(|host| controllers::is_inside(host, &dns_name));
            self.add(&mut addresses, inside.cloned().chain(by_dns.into_iter().flatten()));
            let is_added = |host: &&str| addresses.iter().any(|address| address.host == *host);
            let left_out: Vec<&str> =
                listed.iter().map(|one| one.host.as_str()).filter(|host| !is_added(host)).collect();
            // A server under another name is known by it once it was asked; that can't be told here.
            if left_out.len() + addresses.len() > MOST
                || left_out.iter().any(|host| !controllers::is_inside(host, &dns_name))
            {
                let why = format!("not asked: {}", Untrusted::from(left_out.join(", ")).line());
                let left_out = Problem::new(Code::Incomplete, "a controller is left out", why, "");
                problem = problem.or(Some(not_whole(&left_out)));
            }
        }
        let replicas = self.replicas(&addresses, &listed).await;
        let by_invocation = listed.iter().filter_map(|one| Some((one.invocation.clone()?, one.name.clone()))).collect();
        Ok(Topology { by_invocation, problem, ..Topology::of(replicas, &first, domain, base) })
    }

    /// Adds hosts that aren't there yet. They are spoken to with TLS, whatever way the named ones are reached: a tunnel of
    /// this machine leads to no other.
    fn add(&self, addresses: &mut Vec<Address>, hosts: impl IntoIterator<Item = String>) {
        let is_ldaps = !self.access.settings.start_tls;
        let alike = addresses.iter().find(|address| address.is_ldaps == is_ldaps && !address.is_here());
        let port = alike.map_or(if is_ldaps { 636 } else { 389 }, |address| address.port);
        for host in hosts {
            if addresses.len() < MOST && !addresses.iter().any(|address| address.host == host) {
                addresses.push(Address { is_ldaps, host, port });
            }
        }
    }

    /// Each address with what the domain's configuration says of it. One under another name is asked for its own.
    async fn replicas(&self, addresses: &[Address], listed: &[Controller]) -> Vec<ServerSummary> {
        let fits = |host: &str| listed.iter().find(|one| one.host.eq_ignore_ascii_case(host));
        let names = short_names(addresses);
        let found = join_all(addresses.iter().zip(&names).map(|(address, name)| async move {
            let server = self.server(address, name);
            let mut own = fits(&address.host);
            if own.is_none()
                && let Ok(root) = server.root().await
            {
                own = root.word("dnsHostName").and_then(fits);
            }
            if let Some(own) = own {
                server.call(&own.name);
            }
            ServerSummary {
                name: own.map_or_else(|| name.clone(), |own| own.name.clone()),
                site: own.and_then(|own| own.site.clone()),
                is_read_only: own.is_some_and(|own| own.is_read_only),
                server,
            }
        }))
        .await;
        // One controller under two addresses is one controller.
        let mut names = std::collections::HashSet::new();
        found.into_iter().filter(|replica| names.insert(replica.name.clone())).collect()
    }
}

/// Why servers may be missing; the others are as they are.
fn not_whole(problem: &Problem) -> Problem {
    Problem::new(
        Code::Incomplete,
        "not every controller of the domain is known",
        problem.reason(),
        "a lock or a count on another one isn't seen; name the servers in the configuration",
    )
}
