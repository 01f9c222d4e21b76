//! The head lines of lists, as tools of the field write them: which column says what, and which is surest.

mod heads;

use crate::domain::words::words;

use heads::HEADS;

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

words! {
    /// How sure a column names an account, the surest first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Rank {
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
