//! The head lines of lists, as tools of the field write them: which column says what, and which is surest.

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    /// Names an account; the lower the rank, the surer.
    Who(Rank),
    /// A Mac.
    Udid,
    /// An account of a Mac.
    ShortName,
    /// The system that is meant.
    Provider,
    /// The helpdesk case.
    Ticket,
    /// Something else.
    Other,
}

/// How sure a column names an account, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// An id that a system gives.
    Id,
    /// A distinguished name.
    Dn,
    /// A security identifier.
    Sid,
    /// A GUID of a directory.
    Guid,
    /// A user principal name.
    Upn,
    /// An address.
    Mail,
    /// A user name.
    UserName,
    /// An employee id.
    EmployeeId,
    /// A name as people see it; taken where nothing else names the account.
    Name,
}

impl Rank {
    /// The column's usual word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Dn => "DN",
            Self::Sid => "SID",
            Self::Guid => "GUID",
            Self::Upn => "UPN",
            Self::Mail => "mail",
            Self::UserName => "user name",
            Self::EmployeeId => "employee id",
            Self::Name => "name",
        }
    }
}

/// A head's words without regard to case, spaces, hyphens and underscores, what its column says, and whether the word may
/// be somebody's user name as well: alone in its line it is then looked up.
const HEADS: [(&str, ColumnKind, bool); 52] = [
    ("id", ColumnKind::Who(Rank::Id), true),
    ("userid", ColumnKind::Who(Rank::Id), false),
    ("accountid", ColumnKind::Who(Rank::Id), false),
    ("objectid", ColumnKind::Who(Rank::Id), false),
    ("dn", ColumnKind::Who(Rank::Dn), true),
    ("distinguishedname", ColumnKind::Who(Rank::Dn), false),
    ("sid", ColumnKind::Who(Rank::Sid), true),
    ("objectsid", ColumnKind::Who(Rank::Sid), false),
    ("targetsid", ColumnKind::Who(Rank::Sid), false),
    ("guid", ColumnKind::Who(Rank::Guid), true),
    ("objectguid", ColumnKind::Who(Rank::Guid), false),
    ("userprincipalname", ColumnKind::Who(Rank::Upn), false),
    ("upn", ColumnKind::Who(Rank::Upn), true),
    ("userlogonname", ColumnKind::Who(Rank::Upn), false),
    ("profile.login", ColumnKind::Who(Rank::Upn), false),
    ("email", ColumnKind::Who(Rank::Mail), true),
    ("mail", ColumnKind::Who(Rank::Mail), true),
    ("emailaddress", ColumnKind::Who(Rank::Mail), false),
    ("mailaddress", ColumnKind::Who(Rank::Mail), false),
    ("primaryemail", ColumnKind::Who(Rank::Mail), false),
    ("profile.email", ColumnKind::Who(Rank::Mail), false),
    ("emailadresse", ColumnKind::Who(Rank::Mail), false),
    ("user", ColumnKind::Who(Rank::UserName), true),
    ("username", ColumnKind::Who(Rank::UserName), false),
    ("login", ColumnKind::Who(Rank::UserName), true),
    ("loginname", ColumnKind::Who(Rank::UserName), false),
    ("logonname", ColumnKind::Who(Rank::UserName), false),
    ("samaccountname", ColumnKind::Who(Rank::UserName), false),
    ("prewindows2000logonname", ColumnKind::Who(Rank::UserName), false),
    ("userlogonname(prewindows2000)", ColumnKind::Who(Rank::UserName), false),
    ("targetusername", ColumnKind::Who(Rank::UserName), false),
    ("accountname", ColumnKind::Who(Rank::UserName), false),
    ("account", ColumnKind::Who(Rank::UserName), true),
    ("systemusername", ColumnKind::Who(Rank::UserName), false),
    ("benutzername", ColumnKind::Who(Rank::UserName), false),
    ("anmeldename", ColumnKind::Who(Rank::UserName), false),
    ("employeeid", ColumnKind::Who(Rank::EmployeeId), false),
    ("employeenumber", ColumnKind::Who(Rank::EmployeeId), false),
    ("personnelnumber", ColumnKind::Who(Rank::EmployeeId), false),
    ("name", ColumnKind::Who(Rank::Name), true),
    ("displayname", ColumnKind::Who(Rank::Name), false),
    ("fullname", ColumnKind::Who(Rank::Name), false),
    ("anzeigename", ColumnKind::Who(Rank::Name), false),
    ("udid", ColumnKind::Udid, true),
    ("shortname", ColumnKind::ShortName, false),
    ("provider", ColumnKind::Provider, true),
    ("system", ColumnKind::Provider, true),
    ("ticket", ColumnKind::Ticket, true),
    ("case", ColumnKind::Ticket, true),
    ("incident", ColumnKind::Ticket, true),
    ("ticketid", ColumnKind::Ticket, false),
    ("ticketnumber", ColumnKind::Ticket, false),
];

/// The column of a usual word, as it is said beside a list.
#[must_use]
pub fn column_named(word: &str) -> Option<ColumnKind> {
    match column(word) {
        ColumnKind::Other => None,
        column => Some(column),
    }
}

fn plain(word: &str) -> String {
    let kept = word.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '\u{a0}'));
    kept.flat_map(char::to_lowercase).collect()
}

/// What a column says, by its head.
#[must_use]
pub fn column(word: &str) -> ColumnKind {
    let word = plain(word);
    HEADS.iter().find(|row| row.0 == word).map_or(ColumnKind::Other, |row| row.1)
}

/// The meaning of the columns, where these cells are a head line: something in it names the account.
#[must_use]
pub fn heads(cells: &[String]) -> Option<Vec<ColumnKind>> {
    let columns: Vec<ColumnKind> = cells.iter().map(|word| column(word)).collect();
    let names = columns.iter().filter(|column| matches!(column, ColumnKind::Who(_) | ColumnKind::Udid)).count();
    let known = columns.iter().filter(|column| **column != ColumnKind::Other).count();
    if names == 0 {
        return None;
    }
    match cells {
        // A word alone may be somebody.
        [word] => {
            let word = plain(word);
            let may_be_name = HEADS.iter().find(|row| row.0 == word).is_some_and(|row| row.2);
            (!may_be_name).then_some(columns)
        }
        _ => (known > 0).then_some(columns),
    }
}

/// True where several cells look like a head line of words that nobody knows: words alone, one of them written as a title.
/// Two words behind each other with a comma are rather a name.
#[must_use]
pub fn looks_like_heads(cells: &[String], separator: char) -> bool {
    let is_word = |cell: &String| {
        !cell.is_empty() && cell.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')'))
    };
    let is_title = |cell: &String| cell.starts_with(char::is_uppercase) || cell.contains([' ', '_']);
    let may_be_name = separator == ',' && cells.len() == 2 && !cells.iter().any(|cell| cell.contains('_'));
    cells.len() > 1 && cells.iter().all(is_word) && cells.iter().any(is_title) && !may_be_name
}
