//! Any number of further people, the same ones in every run.

use jiff::Timestamp;

use super::pingone::PingOneUser;
use super::{AdaxesUser, DirectoryUser, JumpCloudUser, Mac, SimPerson, steady_uuid};

/// Forty of each.
const GIVEN: &str = "Mia Noah Elena Jonas Priya Omar Chloe Lukas Yuki Marta Diego Ingrid Tariq Sofia Emil Nadia Hugo \
    Leila Anton Greta Kofi Alma Viktor Rosa Pavel Hana Felix Zara Milan Edith Ravi Clara Bruno Amina Oscar Wanda \
    Ivan Selma Theo Julia";
const FAMILY: &str = "Andersson Baumann Costa Dubois Eriksen Ferrari Garcia Haddad Ito Jansen Kowalski Lindqvist \
    Moreau Novak Okafor Patel Quintero Rossi Schmidt Tanaka Ueda Vasquez Weber Xavier Yilmaz Zimmer Ahmed Berg \
    Castro Dvorak Engel Fischer Gruber Hansen Ivanov Jung Keller Larsen Meyer Nilsen";

pub fn person(n: usize, now: Timestamp) -> SimPerson {
    let pick = |names: &str, at: usize| names.split(' ').nth(at % 40).unwrap_or_default().to_owned();
    let (given, family) = (pick(GIVEN, n), pick(FAMILY, n / 40 + n * 7));
    let username = format!("{}{n:05}", family.to_lowercase());
    let mut user = PingOneUser::new(steady_uuid("pingone", &username), now);
    // One in fifty is locked, as after a bad morning; one in ninety is disabled.
    if n % 50 == 17 {
        let minutes = i64::try_from(n % 14).unwrap_or(0);
        user.lock_by_passwords(now - jiff::SignedDuration::from_mins(minutes));
    }
    user.enabled = n % 90 != 13;
    let mut directory = AdaxesUser::new(&username, &format!("{given} {family}"), now);
    if n % 50 == 17 {
        directory.lock_by_passwords(now - jiff::SignedDuration::from_mins(3));
    }
    // A tenth of the people work at the plant, whose domain is its own.
    let plant = n.is_multiple_of(10).then(|| DirectoryUser::new(&username, &format!("{given} {family} {n}"), now));
    SimPerson {
        // Two people share a mailbox: its address is no answer to "who?".
        email: Some(match n {
            77 | 78 => "frontdesk@acme.test".to_owned(),
            _ => format!("{username}@acme.test"),
        }),
        employee_id: Some(format!("E{:06}", 200_000 + n)),
        phone: Some(format!("+1 555 01{:05}", n % 100_000)),
        pingone: Some(user),
        jumpcloud: Some(JumpCloudUser::new(&username, now)),
        adaxes: Some(directory),
        directory: plant,
        // A third of the people have a Mac.
        mac: n.is_multiple_of(3).then(|| Mac::new(&username, &username, n + 1_000)),
        given,
        family,
        username,
        ..SimPerson::default()
    }
}
