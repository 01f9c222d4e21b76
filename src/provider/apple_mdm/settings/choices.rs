//! What a setting of a Mac's server may be.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

use crate::provider::apple_mdm::SERVERS;
use crate::provider::apple_mdm::server::MdmServerSpec;

/// Which server it is: one of [`SERVERS`].
#[derive(Clone, Copy, Debug)]
pub struct MdmServer(pub &'static MdmServerSpec);

impl PartialEq for MdmServer {
    fn eq(&self, other: &Self) -> bool {
        self.0.word == other.0.word
    }
}

impl<'de> Deserialize<'de> for MdmServer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let is_it = |server: &&&MdmServerSpec| server.word == word || server.aliases.contains(&word.as_str());
        let words = || SERVERS.iter().map(|server| format!("`{}`", server.word)).collect::<Vec<_>>().join(", ");
        let unknown = || D::Error::custom(format!("unknown variant `{word}`, expected one of {}", words()));
        SERVERS.iter().find(is_it).map(|server| Self(server)).ok_or_else(unknown)
    }
}

impl Serialize for MdmServer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word)
    }
}

/// How `MicroMDM` is given a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MicroFormat {
    /// As JSON that the server makes a command of.
    #[default]
    Json,
    /// As the command itself.
    Plist,
}

/// Which of Jamf's interfaces sends the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JamfApi {
    /// The Jamf Pro API, and the Classic API where that doesn't know the command.
    #[default]
    Auto,
    /// `POST /api/v2/mdm/commands` only.
    V2,
    /// `POST /JSSResource/computercommands` only.
    Classic,
}
