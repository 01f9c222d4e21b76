//! Binding, searching and modifying, as a controller answers.

use jiff::Timestamp;
use lber::structure::StructureTag;

use super::ber::{self, LdapMessage, integer, octets, parts, text};
use super::entries::{self, Attributes, BASE, CONFIGURATION};
use super::filter;
use crate::sim::world::{SimPerson, World};

/// Entries that are given without pages (`MaxPageSize`).
const MOST: usize = 1_000;
/// The helpdesk's login.
pub const USERNAME: &str = "helpdesk@plant.test";
pub const PASSWORD: &str = "unbolt-sim-directory";
/// Every simulated person's password.
pub const USER_PASSWORD: &str = "User-Passw0rd!";

const REFUSED: &str = "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ";

/// Code and words of a refusal.
pub type LdapRefusal = (u32, String);
/// What a search answers: entries and references, the code, the cookie of the next page.
pub type Found = (Vec<StructureTag>, u32, Option<String>);

/// Signs in. A person's wrong password counts at this controller.
pub fn bind(request: &StructureTag, world: &mut World, controller: usize, now: Timestamp) -> Result<(), LdapRefusal> {
    let odd = || (2, "0000203D: LdapErr: the request can't be read".to_owned());
    let [_, name, password] = parts(request).ok_or_else(odd)? else { return Err(odd()) };
    let (name, password) = (text(name).ok_or_else(odd)?, text(password).ok_or_else(odd)?);
    let refused = |data: &str| (49, format!("{REFUSED}{data}, v1db1"));
    if name.eq_ignore_ascii_case(USERNAME) {
        return if password == PASSWORD { Ok(()) } else { Err(refused("52e")) };
    }
    let Some(user) = world.directory_user(&name).and_then(|person| person.directory.as_mut()) else {
        return Err(refused("52e"));
    };
    user.catch_up(now);
    if user.is_locked(controller, now) {
        return Err(refused("775"));
    }
    if password != USER_PASSWORD {
        user.wrong_password(controller, now);
        return Err(refused("52e"));
    }
    match (user.disabled, user.expired, user.must_change) {
        (true, ..) => Err(refused("533")),
        (_, true, _) => Err(refused("701")),
        (.., true) => Err(refused("773")),
        _ => {
            user.good_password(controller);
            Ok(())
        }
    }
}

/// A search as it was asked.
pub struct SearchRequest {
    pub base: String,
    scope: i64,
    filter: StructureTag,
    attributes: Vec<String>,
    /// The size of the page, and its cookie.
    page: Option<(i64, String)>,
}

impl SearchRequest {
    pub fn read(message: &LdapMessage) -> Option<Self> {
        let [base, scope, _, _, _, _, filter, attributes] = parts(&message.operation)? else { return None };
        let attributes = parts(attributes)?.iter().filter_map(text).collect();
        let page = ber::page(&message.controls);
        Some(Self { base: text(base)?, scope: integer(scope)?, filter: filter.clone(), attributes, page })
    }

    pub fn needs_login(&self) -> bool {
        !(self.base.is_empty() && self.scope == 0)
    }
}

/// The answers to a search.
pub fn search(
    asked: &SearchRequest,
    world: &mut World,
    controller: usize,
    now: Timestamp,
) -> Result<Found, LdapRefusal> {
    let mut fitting = Vec::new();
    for (dn, entry) in within(asked, world, controller, now)? {
        let odd = || (2, "00000057: LdapErr: DSID-0C090EC4, comment: Error processing filter".to_owned());
        if filter::fits(&asked.filter, &entry).ok_or_else(odd)? {
            fitting.push(ber::entry(&dn, &entry.only(&asked.attributes).0));
        }
    }
    let total = fitting.len();
    let (mut answers, code, cookie): Found = match &asked.page {
        Some((size, cookie)) => {
            let from: usize = cookie.parse().unwrap_or(0);
            let size = usize::try_from(*size).unwrap_or(MOST).clamp(1, MOST);
            let next = if from + size < total { (from + size).to_string() } else { String::new() };
            (fitting.into_iter().skip(from).take(size).collect(), 0, Some(next))
        }
        None => {
            fitting.truncate(MOST);
            (fitting, if total > MOST { 4 } else { 0 }, None)
        }
    };
    if asked.base.eq_ignore_ascii_case(BASE) && asked.scope == 2 {
        let elsewhere = [CONFIGURATION, "DC=DomainDnsZones,DC=plant,DC=test", "DC=ForestDnsZones,DC=plant,DC=test"];
        answers.extend(elsewhere.map(|dn| ber::reference(&format!("ldap://plant.test/{dn}"))));
    }
    Ok((answers, code, cookie))
}

/// The entries below the base that a search looks at.
fn within(
    asked: &SearchRequest,
    world: &mut World,
    controller: usize,
    now: Timestamp,
) -> Result<Vec<(String, Attributes)>, LdapRefusal> {
    let base = asked.base.as_str();
    let seen = |person: &mut SimPerson| {
        person.directory.as_mut()?.catch_up(now);
        let user = person.directory.as_ref()?;
        Some((user.dn.clone(), entries::user(person, user, controller, now)))
    };
    if base.is_empty() {
        return Ok(vec![(String::new(), entries::root(controller, now))]);
    }
    if base.to_lowercase().ends_with(&CONFIGURATION.to_lowercase()) {
        let below = |dn: &String| dn.to_lowercase().ends_with(&base.to_lowercase());
        return Ok(entries::sites().into_iter().filter(|(dn, _)| below(dn)).collect());
    }
    let is_unit = base.eq_ignore_ascii_case("OU=Staff,DC=plant,DC=test");
    if base.eq_ignore_ascii_case(BASE) || is_unit {
        if asked.scope == 0 {
            return Ok(vec![entries::domain()]);
        }
        let groups = if is_unit { Vec::new() } else { entries::groups() };
        return Ok(world.people.iter_mut().filter_map(seen).chain(groups).collect());
    }
    if !base.starts_with('<') && !base.contains('=') {
        return Err((34, "0000208F: NameErr: DSID-03100225, problem 2006 (BAD_NAME)".to_owned()));
    }
    let gone = || (32, format!("0000208D: NameErr: DSID-03100241, problem 2001 (NO_OBJECT), best match of: '{BASE}'"));
    Ok(vec![world.directory_user(base).and_then(seen).ok_or_else(gone)?])
}

/// Changes a user: `lockoutTime` alone may be written, by whoever has the right.
pub fn modify(request: &StructureTag, world: &mut World, controller: usize, now: Timestamp) -> Result<(), LdapRefusal> {
    let odd = || (2, "the request can't be read".to_owned());
    let [dn, changes] = parts(request).ok_or_else(odd)? else { return Err(odd()) };
    let dn = text(dn).ok_or_else(odd)?;
    let gone = || (32, format!("00002030: No such Base DN: {dn}"));
    let user = world.directory_user(&dn).and_then(|person| person.directory.as_mut()).ok_or_else(gone)?;
    user.catch_up(now);
    let name = user.dn.clone();
    let denied = || (50, format!("00002098: Object {name} has no write property access"));
    for change in parts(changes).ok_or_else(odd)? {
        let [kind, attribute] = parts(change).ok_or_else(odd)? else { return Err(odd()) };
        let [name, values] = parts(attribute).ok_or_else(odd)? else { return Err(odd()) };
        let name = text(name).ok_or_else(odd)?;
        if user.is_protected || !name.eq_ignore_ascii_case("lockoutTime") {
            return Err(denied());
        }
        let values: Vec<&[u8]> = parts(values).ok_or_else(odd)?.iter().filter_map(octets).collect();
        let (Some(2), [value]) = (integer(kind), values.as_slice()) else { return Err(denied()) };
        match String::from_utf8_lossy(value).parse::<i64>() {
            // Only 0 means something; a controller takes other numbers, and keeps them.
            Ok(0) => user.unlock(controller, now),
            Ok(_) => {}
            Err(_) => return Err((21, "00000057: LdapErr: the value is no number".to_owned())),
        }
    }
    Ok(())
}
