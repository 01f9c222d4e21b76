//! Who acts, from where: taken from the kernel and the session, never from `$USER`.

use std::process::{Command, Stdio};

use crate::domain::Untrusted;

/// The kernel's value for "no login session".
const NO_LOGIN: u32 = u32::MAX;

/// The operator of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The uid that logged in, which `sudo` doesn't change; without a login the one that called `sudo`, else the real
    /// uid.
    pub uid: u32,
    /// The name of that uid in the local passwd file.
    pub name: Option<Untrusted>,
    /// This machine.
    pub host: Untrusted,
    /// The terminal.
    pub terminal: Option<Untrusted>,
    /// The address of the SSH client.
    pub ssh_client: Option<Untrusted>,
}

impl Operator {
    /// The operator of this process.
    pub fn current() -> Self {
        let login = std::fs::read_to_string("/proc/self/loginuid")
            .ok()
            .and_then(|text| text.trim().parse::<u32>().ok())
            .filter(|uid| *uid != NO_LOGIN);
        let me = rustix::process::getuid().as_raw();
        // sudo writes this itself, so that its caller can't choose it; without sudo it is only one's own word, in
        // one's own ledger.
        let by_sudo = || std::env::var("SUDO_UID").ok().and_then(|uid| uid.parse().ok()).filter(|uid| *uid != me);
        let uid = login.or_else(by_sudo).unwrap_or(me);
        let terminal = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()).ok();
        Self {
            uid,
            name: name_of(uid),
            host: rustix::system::uname().nodename().to_string_lossy().into_owned().into(),
            terminal: terminal.map(|name| name.to_string_lossy().into_owned().into()),
            ssh_client: std::env::var("SSH_CONNECTION")
                .ok()
                .and_then(|line| line.split(' ').next().map(Untrusted::from))
                .filter(|address| !address.is_blank()),
        }
    }

    /// The name, or the uid as text.
    pub fn label(&self) -> Untrusted {
        self.name.clone().unwrap_or_else(|| format!("uid {}", self.uid).into())
    }
}

/// The name of a uid: from the local file, else from wherever this host knows its people (sssd, LDAP).
fn name_of(uid: u32) -> Option<Untrusted> {
    let local = std::fs::read_to_string("/etc/passwd").ok();
    local.and_then(|passwd| name_in(&passwd, uid)).or_else(|| {
        let asked = Command::new("/usr/bin/getent")
            .args(["passwd", &uid.to_string()])
            .env_clear()
            .stdin(Stdio::null())
            .output();
        name_in(&String::from_utf8_lossy(&asked.ok()?.stdout), uid)
    })
}

fn name_in(passwd: &str, uid: u32) -> Option<Untrusted> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse::<u32>().ok()? == uid).then(|| name.into())
    })
}
