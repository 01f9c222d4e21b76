//! The head lines of lists, as tools of the field write them: which column says what, and which is surest.

use crate::domain::word_enum::words;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    /// Names an account; the lower the rank, the surer.
    Who(ColumnConfidence),
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

words! {
    /// How sure a column names an account, the surest first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ColumnConfidence {
        /// An id that a system gives.
        Id = "id",
        /// A distinguished name.
        Dn = "DN",
        /// A security identifier.
        Sid = "SID",
        /// A GUID of a directory.
        Guid = "GUID",
        /// A user principal name.
        Upn = "UPN",
        /// An address.
        Mail = "mail",
        /// A user name.
        UserName = "user name",
        /// An employee id.
        EmployeeId = "employee id",
        /// A name as people see it; taken where nothing else names the account.
        Name = "name",
    }
}

/// What a column says; the words that head it, without regard to case, spaces, hyphens and underscores, in the languages
/// that exports have them in: first those that may be somebody's user name as well. Alone in its line such a word is
/// looked up.
const HEADS: [(ColumnKind, &[&str], &[&str]); 17] = [
    (ColumnKind::Who(ColumnConfidence::Id), &["id"], &["userid", "accountid", "objectid"]),
    (ColumnKind::Who(ColumnConfidence::Dn), &["dn"], &["distinguishedname"]),
    (ColumnKind::Who(ColumnConfidence::Sid), &["sid"], &["objectsid", "targetsid"]),
    (ColumnKind::Who(ColumnConfidence::Guid), &["guid"], &["objectguid"]),
    (ColumnKind::Who(ColumnConfidence::Upn), &["upn"], &["userprincipalname", "userlogonname", "profile.login"]),
    (ColumnKind::Who(ColumnConfidence::Mail), &["email", "mail"], &["emailaddress", "mailaddress", "emailadresse"]),
    (ColumnKind::Who(ColumnConfidence::Mail), &[], &["primaryemail", "profile.email"]),
    (
        ColumnKind::Who(ColumnConfidence::UserName),
        &["user", "login", "account"],
        &["username", "loginname", "logonname"],
    ),
    (
        ColumnKind::Who(ColumnConfidence::UserName),
        &[],
        &["samaccountname", "targetusername", "accountname", "systemusername"],
    ),
    (ColumnKind::Who(ColumnConfidence::UserName), &[], &["prewindows2000logonname", "userlogonname(prewindows2000)"]),
    (ColumnKind::Who(ColumnConfidence::UserName), &[], &["benutzername", "anmeldename"]),
    (ColumnKind::Who(ColumnConfidence::EmployeeId), &[], &["employeeid", "employeenumber", "personnelnumber"]),
    (ColumnKind::Who(ColumnConfidence::Name), &["name"], &["displayname", "fullname", "anzeigename"]),
    (ColumnKind::Udid, &["udid"], &[]),
    (ColumnKind::ShortName, &[], &["shortname"]),
    (ColumnKind::Provider, &["provider", "system"], &[]),
    (ColumnKind::Ticket, &["ticket", "case", "incident"], &["ticketid", "ticketnumber"]),
];

/// What the column of that head says, and whether the word may be somebody's user name as well.
fn head(word: &str) -> Option<(ColumnKind, bool)> {
    let kept = word.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '\u{a0}'));
    let word: String = kept.flat_map(char::to_lowercase).collect();
    HEADS.iter().find_map(|(column, names, others)| {
        let may_be_name = names.contains(&word.as_str());
        (may_be_name || others.contains(&word.as_str())).then_some((*column, may_be_name))
    })
}

/// The column of a usual word, as it is said beside a list.
pub fn column_named(word: &str) -> Option<ColumnKind> {
    head(word).map(|(column, _)| column)
}

/// What a column says, by its head.
pub fn column(word: &str) -> ColumnKind {
    column_named(word).unwrap_or(ColumnKind::Other)
}

/// The meaning of the columns, where these cells are a head line: something in it names the account.
pub fn heads(cells: &[String]) -> Option<Vec<ColumnKind>> {
    let columns: Vec<ColumnKind> = cells.iter().map(|word| column(word)).collect();
    let names_account = columns.iter().any(|column| matches!(column, ColumnKind::Who(_) | ColumnKind::Udid));
    // A word alone may be somebody.
    let may_be_somebody = matches!(cells, [word] if head(word).is_some_and(|(_, may_be_name)| may_be_name));
    (names_account && !may_be_somebody).then_some(columns)
}

/// True where several cells look like a head line of words that nobody knows: words alone, one of them written as a title.
/// Two words behind each other with a comma are rather a name.
pub fn looks_like_heads(cells: &[String], separator: char) -> bool {
    let is_word = |cell: &String| {
        !cell.is_empty() && cell.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')'))
    };
    let is_title = |cell: &String| cell.starts_with(char::is_uppercase) || cell.contains([' ', '_']);
    let may_be_name = separator == ',' && cells.len() == 2 && !cells.iter().any(|cell| cell.contains('_'));
    cells.len() > 1 && cells.iter().all(is_word) && cells.iter().any(is_title) && !may_be_name
}
