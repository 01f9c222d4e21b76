//! Everything a user can do: name, words, and where it is done. Help and footer follow this table.

/// A user's action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave the program.
    Quit,
    /// Draw everything anew.
    Redraw,
    /// Go to the background.
    Suspend,
    /// Show the keys.
    Help,
    /// Choose an action by its name.
    Palette,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// Type a name.
    Search,
    /// Stop typing.
    LeaveQuery,
    /// Back to the list of people.
    People,
    /// Appearance at the selected person.
    Open,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Unlock the selected account.
    Unlock,
    /// Unlock every locked account of the person.
    UnlockAll,
    /// Read the accounts again.
    Refresh,
    /// Watch the selected account.
    Watch,
    /// Set the ticket.
    Ticket,
    /// Copy a note for the ticket.
    Copy,
    /// Show everything that is known of the selected account.
    Details,
    /// Show the requests as they were sent.
    Log,
    /// Answer with yes.
    Yes,
    /// Say how the caller was verified.
    Method,
    /// Leave a question.
    Cancel,
    /// Go to the desk.
    Desk,
    /// Go to who is locked.
    Locked,
    /// Go to the bulk tab.
    Lists,
    /// Go to the ledger.
    Ledger,
    /// Go to the providers.
    Systems,
    /// Mark the selected person.
    Mark,
    /// Send the marked people to the bulk list.
    Send,
    /// Open a list.
    OpenList,
    /// Take a row out of the list, or put it back.
    DropRow,
    /// Choose which account an ambiguous row means.
    Choose,
    /// Filter the rows.
    Filter,
    /// Order the rows otherwise.
    Sort,
    /// Save the list.
    SaveList,
    /// Freeze the plan and run it.
    Go,
    /// Have the run rest, or go on.
    Pause,
    /// Stop the run.
    Stop,
    /// Go on with a run that stopped.
    GoOn,
    /// Do what failed again.
    Retry,
    /// Begin a new list.
    NewList,
}

/// An action, its name in a keymap, its word in the footer (none: not shown there), its line in the help.
type Row = (Action, &'static str, Option<&'static str>, &'static str);

const TABLE: [Row; 47] = [
    (Action::Unlock, "unlock", Some("unlock"), "unlock the selected account, after a confirmation"),
    (
        Action::UnlockAll,
        "everywhere",
        Some("everywhere"),
        "unlock every locked account of the person, after one confirmation",
    ),
    (Action::Open, "open", Some("open"), "look at the selected person's accounts"),
    (Action::Refresh, "refresh", Some("refresh"), "read again what is shown"),
    (Action::Ticket, "ticket", Some("ticket"), "set the ticket that every unlock is recorded with"),
    (Action::Search, "search", Some("search"), "type a name"),
    (Action::Help, "help", Some("help"), "show the keys of this place"),
    (Action::Palette, "palette", Some("actions"), "choose an action by its name"),
    (Action::Watch, "watch", Some("watch"), "watch the selected account for a new lock; again to stop"),
    (Action::Copy, "copy", Some("copy"), "copy a two-line note on the last outcome, for the ticket"),
    (Action::LeaveQuery, "leave_query", Some("to the list"), "stop typing and go to the list"),
    (Action::People, "people", Some("people"), "back to the list of people"),
    (Action::Details, "details", Some("details"), "show everything a system says of the account; ^Y there copies it"),
    (Action::Log, "log", Some("log"), "show the requests as they were sent, or the unlock again"),
    (Action::Go, "go", Some("run"), "freeze the plan and run it, after a confirmation"),
    (Action::DropRow, "drop_row", Some("drop"), "take the row out of the list, or put it back"),
    (Action::Choose, "choose", Some("choose"), "choose which account an ambiguous row means"),
    (Action::Pause, "pause", Some("pause"), "have the run rest, or go on"),
    (Action::Stop, "stop", Some("stop"), "stop the run; what is at work is finished"),
    (Action::GoOn, "go_on", Some("go on"), "go on with a run that stopped, after a confirmation"),
    (Action::Retry, "retry", Some("retry"), "do the rows that failed again, after a confirmation"),
    (Action::Filter, "filter", Some("filter"), "show only rows that hold a text"),
    (Action::OpenList, "open_list", Some("open"), "open a list: CSV, TSV, JSON lines or one name to a line"),
    (Action::Sort, "sort", Some("sort"), "odd rows first, or as in the list"),
    (Action::SaveList, "save_list", Some("save"), "save the list as it is now"),
    (Action::NewList, "new_list", Some("new"), "begin a new list"),
    (Action::Mark, "mark", Some("mark"), "mark the selected person for the bulk list"),
    (Action::Send, "send", Some("to bulk"), "send the marked people, or the selected one, to the bulk list"),
    (Action::Lists, "bulk", Some("bulk"), "go to the bulk tab"),
    (Action::Desk, "desk", Some("desk"), "go to the desk"),
    (Action::Locked, "locked", Some("locked"), "go to who is locked now, in every provider"),
    (Action::Ledger, "ledger", Some("ledger"), "go to what was unlocked and refused"),
    (Action::Systems, "providers", Some("providers"), "go to how the providers are doing"),
    (Action::NextPane, "next_pane", Some("pane"), "go to the next pane"),
    (Action::PreviousPane, "previous_pane", None, "go to the pane before"),
    (Action::Yes, "yes", Some("yes"), "do it"),
    (Action::Method, "method", Some("verified"), "say how the caller was verified: the next way"),
    (Action::Cancel, "cancel", Some("cancel"), "leave without doing anything"),
    (Action::Up, "up", None, "one row up"),
    (Action::Down, "down", None, "one row down"),
    (Action::PageUp, "page_up", None, "one page up"),
    (Action::PageDown, "page_down", None, "one page down"),
    (Action::First, "first", None, "the first row"),
    (Action::Last, "last", None, "the last row"),
    (Action::Redraw, "redraw", None, "draw everything anew"),
    (Action::Suspend, "suspend", None, "go to the background; `fg` comes back"),
    (Action::Quit, "quit", Some("quit"), "leave; an unlock under way is waited for, a list is not lost unasked"),
];

impl Action {
    /// The actions in the order of footer and help.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// Every name, for complaints about a misspelt one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.1)
    }

    /// The action of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Its name in a keymap.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Its word in the footer.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        TABLE.iter().find(|row| row.0 == self).and_then(|row| row.2)
    }

    /// Its line in the help.
    #[must_use]
    pub fn help(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.3)
    }
}
