//! What one controller tells of itself, of its domain and of a user.

mod people;

use jiff::Timestamp;

use crate::sim::world::{CONTROLLERS, DirectoryUser};

pub use people::user;

pub const BASE: &str = "DC=plant,DC=test";
pub const CONFIGURATION: &str = "CN=Configuration,DC=plant,DC=test";

/// Names and values, as they are compared.
#[derive(Clone, Debug, Default)]
pub struct Attributes(pub Vec<(String, Vec<Vec<u8>>)>);

impl Attributes {
    pub fn values(&self, name: &str) -> &[Vec<u8>] {
        self.0
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, values)| values.as_slice())
            .unwrap_or_default()
    }

    fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.0.push((name.to_owned(), vec![value.as_ref().to_vec()]));
    }

    fn set_all(&mut self, name: &str, values: &[&str]) {
        self.0.push((name.to_owned(), values.iter().map(|value| value.as_bytes().to_vec()).collect()));
    }

    /// Those that were asked for; constructed ones only by name, as a controller does.
    pub fn only(self, asked: &[String]) -> Self {
        let every = asked.is_empty() || asked.iter().any(|name| name == "*");
        let wanted = |name: &str| {
            asked.iter().any(|one| one.eq_ignore_ascii_case(name)) || (every && !CONSTRUCTED.contains(&name))
        };
        Self(self.0.into_iter().filter(|(name, _)| wanted(name)).collect())
    }
}

const CONSTRUCTED: [&str; 4] =
    ["msDS-User-Account-Control-Computed", "allowedAttributesEffective", "tokenGroups", "replPropertyMetaData"];

/// The root of a controller's tree.
pub fn root(controller: usize, now: Timestamp) -> Attributes {
    let mut root = Attributes::default();
    root.set("objectClass", "top");
    root.set("defaultNamingContext", BASE);
    root.set("configurationNamingContext", CONFIGURATION);
    root.set_all("namingContexts", &[BASE, CONFIGURATION]);
    root.set("dnsHostName", host(controller));
    root.set("currentTime", now.strftime("%Y%m%d%H%M%S.0Z").to_string());
    root.set_all("supportedCapabilities", &["1.2.840.113556.1.4.800"]);
    root
}

pub fn host(controller: usize) -> String {
    format!("dc{}.plant.test", controller + 1)
}

fn invocation(controller: usize) -> [u8; 16] {
    let mut id = [0xd0; 16];
    if let (Some(last), Ok(number)) = (id.last_mut(), u8::try_from(controller)) {
        *last = number;
    }
    id
}

/// The domain's head, with its policy.
pub fn domain() -> (String, Attributes) {
    let mut head = Attributes::default();
    head.set("objectClass", "domainDNS");
    head.set("lockoutThreshold", DirectoryUser::THRESHOLD.to_string());
    let ticks = (-DirectoryUser::LOCK_SECONDS * 10_000_000).to_string();
    head.set("lockoutDuration", &ticks);
    head.set("lockOutObservationWindow", &ticks);
    (BASE.to_owned(), head)
}

/// The servers of the domain and their settings.
pub fn sites() -> Vec<(String, Attributes)> {
    let mut found = Vec::new();
    for controller in 0..CONTROLLERS {
        let site = if controller == 2 { "Harbour" } else { "Plant" };
        let dn = format!("CN=DC{},CN=Servers,CN={site},CN=Sites,{CONFIGURATION}", controller + 1);
        let mut server = Attributes::default();
        server.set("objectClass", "server");
        server.set("dNSHostName", host(controller));
        found.push((dn.clone(), server));
        let mut settings = Attributes::default();
        settings.set_all("objectClass", &["applicationSettings", "nTDSDSA"]);
        settings.set_all("hasMasterNCs", &[BASE, CONFIGURATION]);
        settings.set("invocationId", invocation(controller));
        found.push((format!("CN=NTDS Settings,{dn}"), settings));
    }
    found
}

/// The domain's groups.
pub fn groups() -> Vec<(String, Attributes)> {
    let one = |(name, sid): (&str, Vec<u8>)| {
        let mut group = Attributes::default();
        group.set_all("objectClass", &["top", "group"]);
        group.set("objectSid", sid);
        group.set("sAMAccountName", name);
        group.set("cn", name);
        (format!("CN={name},CN=Users,{BASE}"), group)
    };
    DirectoryUser::groups().into_iter().map(one).collect()
}
