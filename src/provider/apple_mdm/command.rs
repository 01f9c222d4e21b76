//! The two commands that are ever sent, as property lists. No text from outside can become a request type: next to
//! these two, the protocol has commands that erase a Mac.

use serde::Serialize;

use crate::domain::{Code, Problem, Untrusted};

/// What a Mac is asked to do (apple/device-management, `user.unlock.yaml` and `user.list.yaml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MdmCommand {
    /// Unlock the local account of that short name.
    UnlockUserAccount(Untrusted),
    /// List the local accounts.
    UserList,
}

/// The command itself.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
}

/// A command with its id, as a server queues it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    command: Body<'a>,
    #[serde(rename = "CommandUUID")]
    command_uuid: &'a str,
}

impl MdmCommand {
    /// Its name in the protocol.
    pub fn request_type(&self) -> &'static str {
        match self {
            Self::UnlockUserAccount(_) => "UnlockUserAccount",
            Self::UserList => "UserList",
        }
    }

    /// The short name, for the one that has it.
    pub fn user_name(&self) -> Option<&str> {
        match self {
            Self::UnlockUserAccount(name) => Some(name.as_data()),
            Self::UserList => None,
        }
    }

    /// The account that is to be unlocked.
    ///
    /// # Errors
    /// A [`Problem`] for a server that has no question for a Mac's accounts, and is asked for them.
    pub fn account(&self) -> Result<&str, Problem> {
        let next = "switch check_user_list off for this provider";
        self.user_name()
            .ok_or_else(|| Problem::new(Code::Refused, "this server has no question for a Mac's accounts", "", next))
    }

    /// The command as an XML property list with that id.
    pub fn to_plist(&self, command_uuid: &str) -> Vec<u8> {
        let body = Body { request_type: self.request_type(), user_name: self.user_name() };
        let mut bytes = Vec::new();
        // Two structs of text can't fail to be written to memory.
        let _ = plist::to_writer_xml(&mut bytes, &Envelope { command: body, command_uuid });
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests;
