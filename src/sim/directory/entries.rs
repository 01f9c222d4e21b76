//! What one controller tells of itself, of its domain and of a user.

use jiff::Timestamp;

use crate::sim::world::{CONTROLLERS, DirectoryUser, SimPerson};

pub const BASE: &str = "DC=plant,DC=test";
pub const CONFIGURATION: &str = "CN=Configuration,DC=plant,DC=test";
/// The domain's policy: wrong passwords, and the length of a lock and of the window in seconds.
pub const THRESHOLD: u32 = 3;
pub const LOCK_SECONDS: i64 = 1_800;

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

/// A moment as the directory keeps it: 100 ns since 1601.
pub fn filetime(at: Timestamp) -> i64 {
    (at.as_second() + 11_644_473_600) * 10_000_000 + i64::from(at.subsec_nanosecond()) / 100
}

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
    head.set("lockoutThreshold", THRESHOLD.to_string());
    let ticks = (-LOCK_SECONDS * 10_000_000).to_string();
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

/// A user as one controller sees it.
pub fn user(person: &SimPerson, user: &DirectoryUser, controller: usize, now: Timestamp) -> Attributes {
    let mut entry = Attributes::default();
    let name = format!("{} {}", person.given, person.family);
    let Some(state) = user.controllers.get(controller) else { return entry };
    entry.set_all("objectClass", &["top", "person", "organizationalPerson", "user"]);
    entry.set("sAMAccountType", "805306368");
    entry.set("distinguishedName", &user.dn);
    entry.set("objectGUID", user.guid_bytes());
    entry.set("objectSid", user.sid_bytes());
    entry.set("sAMAccountName", &person.username);
    entry.set("userPrincipalName", format!("{}@plant.test", person.username));
    entry.set("cn", &name);
    entry.set("displayName", &name);
    entry.set("givenName", &person.given);
    entry.set("sn", &person.family);
    let told = [
        ("mail", &person.email),
        ("employeeID", &person.employee_id),
        ("telephoneNumber", &person.phone),
        ("title", &person.title),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            entry.set(name, value);
        }
    }
    entry.set("userAccountControl", if user.disabled { "514" } else { "512" });
    entry.set("primaryGroupID", "513");
    entry.set("accountExpires", if user.expired { filetime(user.changed) } else { i64::MAX }.to_string());
    entry.set("pwdLastSet", if user.must_change { 0 } else { filetime(user.changed) }.to_string());
    if user.is_protected {
        entry.set("adminCount", "1");
    }
    // What this controller never saw isn't there at all.
    if let Some(count) = state.bad_count {
        entry.set("badPwdCount", count.to_string());
        entry.set("badPasswordTime", state.bad_time.map_or(0, filetime).to_string());
    }
    if state.lockout.version > 0 {
        entry.set("lockoutTime", state.lockout.value.map_or(0, filetime).to_string());
    }
    let locked = if user.is_locked(controller, now) { 0x10 } else { 0 };
    let expired = if user.must_change { 0x0080_0000 } else { 0 };
    entry.set("msDS-User-Account-Control-Computed", (locked | expired).to_string());
    if !user.is_protected {
        entry.set("allowedAttributesEffective", "lockoutTime");
    }
    entry.0.push(("tokenGroups".to_owned(), user.group_sids()));
    entry.set("replPropertyMetaData", metadata(user, controller));
    entry
}

/// The binary form that a controller keeps: here of the password and of the lock.
fn metadata(user: &DirectoryUser, controller: usize) -> Vec<u8> {
    let mut rows = vec![(0x0009_005a_u32, 1, user.changed, 0)];
    if let Some(state) = user.controllers.get(controller)
        && state.lockout.version > 0
    {
        rows.push((0x0009_0296, state.lockout.version, state.lockout.at, state.lockout.origin));
    }
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(u32::try_from(rows.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([0; 4]);
    for (attribute, version, at, origin) in rows {
        bytes.extend(attribute.to_le_bytes());
        bytes.extend(version.to_le_bytes());
        bytes.extend((at.as_second() + 11_644_473_600).to_le_bytes());
        bytes.extend(invocation(origin));
        bytes.extend([0; 16]);
    }
    bytes
}
