//! Everything an operator can do, one row each: its names, its words, where it is offered, whether it can be done now,
//! and what it does. Keymap, footer, help, palette and line mode follow this table.

use super::desk::{console_link, request_log, select, ticket, unlock_all, watch};
use super::dialog::{account_details, confirm, help, palette};
use super::keymap::KeyContext::{self, Ledger, Lists, Locked, People, Progress, Query, Status, Systems};
use super::lists::{list_actions, run_actions};
use super::message::Effect;
use super::state::State;
use super::{focus, ledger, list_actions as rows, locked, quit, systems, tab_actions};

/// One action.
pub struct ActionSpec {
    /// Which.
    pub action: Action,
    /// Its name in a keymap and in line mode.
    pub name: &'static str,
    /// Earlier names, which keymaps may still have.
    pub aliases: &'static [&'static str],
    /// Its word in the footer; none: not shown there.
    pub label: Option<&'static str>,
    /// Its line in the help.
    pub help: &'static str,
    /// Where the palette offers it, bound to a key or not.
    pub contexts: &'static [KeyContext],
    /// Why it can't be done now, with `{key:…}` for keys.
    pub available: fn(&State) -> Result<(), String>,
    /// Does it.
    pub perform: fn(&mut State) -> Vec<Effect>,
}

/// Declares [`Action`] and the table of all actions, a row each.
macro_rules! actions {
    ($($variant:ident $name:literal $aliases:expr, $label:expr, $help:literal, $contexts:expr, $available:expr, $perform:expr;)*) => {
        /// An operator's action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $help] $variant,)*
        }

        const TABLE: &[ActionSpec] = &[$(ActionSpec {
            action: Action::$variant,
            name: $name,
            aliases: &$aliases,
            label: $label,
            help: $help,
            contexts: $contexts,
            available: $available,
            perform: $perform,
        },)*];
    };
}

const DESK: &[KeyContext] = &[People, Status];
const WHOLE_DESK: &[KeyContext] = &[People, Status, Progress];
const CALLER: &[KeyContext] = &[People, Status, Locked];
const ROWS_AND_LOG: &[KeyContext] = &[People, Progress, Locked, Lists, Ledger, Systems];
const FILTERED: &[KeyContext] = &[Progress, Locked, Lists, Ledger, Systems];
const TABS: &[KeyContext] = &[Query, People, Status, Progress, Locked, Lists, Ledger, Systems];
const LIST: &[KeyContext] = &[Lists];
const KEYS: &[KeyContext] = &[];

#[allow(clippy::unnecessary_wraps, reason = "one shape for every row of the table")]
fn always(_: &State) -> Result<(), String> {
    Ok(())
}

// In the order of footer and help.
actions! {
    Unlock "unlock" [], Some("unlock"), "unlock the selected account, after a confirmation", CALLER, tab_actions::can_unlock, tab_actions::unlock;
    UnlockAll "unlock_all" ["everywhere"], Some("unlock all"), "unlock every locked account of the person, after one confirmation", DESK, unlock_all::available, unlock_all::ask;
    Open "open" [], Some("open"), "look at the selected person's accounts", &[People, Locked, Ledger], tab_actions::can_open, tab_actions::open;
    Run "run" ["go", "go_on"], Some("run"), "run the list, or go on with a run that stopped; asks first", LIST, run_actions::can_run, run_actions::run;
    Refresh "refresh" [], Some("read again"), "read again what is shown", &[People, Status, Locked, Ledger, Systems], tab_actions::can_read_again, tab_actions::read_again;
    Verify "verify" [], Some("verify"), "check that every record of the ledger is what was written", &[Ledger], ledger::actions::can_verify, ledger::actions::verify;
    CheckAll "check_all" [], Some("check all"), "check every system again", &[Systems], systems::actions::can_check, systems::actions::check_all;
    Watch "watch" [], Some("watch"), "watch the selected account for a new lock; again to stop", DESK, watch::available, watch::toggle;
    Ticket "ticket" [], Some("ticket"), "set the ticket that every unlock is recorded with", &[People, Status, Progress, Lists], always, ticket::ask;
    Copy "copy" ["note"], Some("note"), "copy a note on what was done, for the ticket", &[People, Status, Progress, Lists, Ledger], tab_actions::can_copy, tab_actions::copy;
    Search "search" [], Some("search"), "type a new name", WHOLE_DESK, always, focus::search;
    Help "help" [], Some("help"), "list the keys", TABS, always, help::open;
    Palette "palette" [], Some("actions"), "choose an action by its name", KEYS, always, palette::open;
    LeaveQuery "leave_query" [], Some("to the list"), "stop typing and go to the list", &[Query], always, focus::people;
    People "people" [], Some("people"), "back to the list of people", &[Status, Progress], always, focus::back;
    Back "back" [], None, "back to where one came from", KEYS, always, focus::back;
    Details "details" [], Some("details"), "show everything a system says of the account; {key:copy} there copies it", CALLER, tab_actions::can_show_details, account_details::open;
    CopyId "copy_id" [], None, "copy the id of the selected account or row", &[People, Status, Locked, Lists, Ledger], console_link::has_id, console_link::copy_id;
    Console "console" [], None, "show where the account is found in its system's own console", CALLER, console_link::has_console, console_link::show_console;
    Log "log" [], Some("log"), "show the requests as they were sent, or the unlock again", WHOLE_DESK, always, request_log::toggle;
    Pause "pause" [], Some("pause"), "pause the run, or resume it", LIST, run_actions::is_live, run_actions::pause;
    Stop "stop" [], Some("stop"), "stop the run; requests under way are finished", LIST, run_actions::is_live, run_actions::stop;
    Retry "retry" [], Some("retry"), "retry the rows that failed; asks first", LIST, run_actions::can_retry, run_actions::retry;
    DropRow "drop_row" [], Some("drop"), "take the row out of the list, or put it back", LIST, list_actions::can_drop, list_actions::drop_row;
    Edit "edit" [], Some("edit"), "edit what the row's line says, and look it up anew", LIST, list_actions::can_drop, list_actions::edit;
    Choose "choose" [], Some("choose"), "choose which account an ambiguous row means", LIST, list_actions::can_choose, list_actions::choose;
    OpenList "open_list" [], Some("file"), "open a list: CSV, TSV, JSON lines or one name to a line", LIST, list_actions::can_open_file, list_actions::open_list;
    AddLines "add_lines" [], Some("add"), "add a line: a name, an address or an id", LIST, list_actions::can_edit, list_actions::add_lines;
    SaveList "save_list" [], Some("save"), "save the list as it is now", LIST, list_actions::can_save, list_actions::save;
    NewList "new_list" [], Some("new"), "begin a new list", LIST, list_actions::can_clear, list_actions::clear;
    Mark "mark" [], Some("mark"), "mark the selected row, or take its mark away", &[People, Locked, Lists], rows::can_mark, rows::mark;
    MarkRange "mark_range" [], None, "mark every row from the last mark to this one", &[People, Locked, Lists], rows::can_mark, rows::mark_range;
    MarkAll "mark_all" [], None, "mark every row that shows, or take their marks away", &[People, Locked, Lists], rows::can_mark, rows::mark_all;
    Send "send" [], Some("to a list"), "add the marked people, or the selected one, to the list", CALLER, list_actions::can_send, list_actions::send;
    Filter "filter" [], Some("filter"), "show only rows that hold a text", &[Locked, Lists, Ledger, Systems], always, rows::filter;
    Sort "sort" [], Some("sort"), "order the rows by the next column", ROWS_AND_LOG, always, rows::sort;
    NextMatch "next_match" [], None, "go to the next row that holds the text of the last filter", FILTERED, rows::has_sought, |state| rows::to_match(state, true);
    PreviousMatch "previous_match" [], None, "go to the row before that holds it", FILTERED, rows::has_sought, |state| rows::to_match(state, false);
    Desk "desk" [], Some("desk"), "go to the desk", TABS, always, focus::people;
    Locked "locked" [], Some("locked"), "go to Locked: everybody who is locked now", TABS, always, locked::actions::show;
    Lists "lists" ["bulk"], Some("lists"), "go to lists and runs", TABS, always, list_actions::show;
    Ledger "ledger" [], Some("ledger"), "go to the ledger: what was unlocked and refused", TABS, always, ledger::actions::show;
    Systems "systems" ["providers"], Some("systems"), "go to Systems: checks, certificates, latency", TABS, always, systems::actions::show;
    NextPane "next_pane" [], Some("pane"), "go to the next pane", WHOLE_DESK, always, |state| focus::next_pane(state, 1);
    PreviousPane "previous_pane" [], None, "go to the pane before", WHOLE_DESK, always, |state| focus::next_pane(state, -1);
    Zoom "zoom" [], Some("zoom"), "give the pane the whole screen, or its place again", TABS, always, focus::zoom;
    Yes "yes" [], Some("yes"), "do it", KEYS, always, confirm::yes;
    TicketField "ticket_field" [], Some("ticket"), "type the ticket in this question", KEYS, ticket::has_field, ticket::edit;
    Method "method" [], Some("verified"), "say how the caller was verified: the next way", KEYS, always, confirm::method;
    Complete "complete" [], Some("complete"), "complete the path that is typed", KEYS, always, confirm::complete;
    Cancel "cancel" [], Some("cancel"), "leave without doing anything", KEYS, always, confirm::cancel;
    Up "up" [], None, "one row up", KEYS, always, |state| select::step(state, -1);
    Down "down" [], None, "one row down", KEYS, always, |state| select::step(state, 1);
    PageUp "page_up" [], None, "one page up", KEYS, always, |state| select::page(state, -1);
    PageDown "page_down" [], None, "one page down", KEYS, always, |state| select::page(state, 1);
    First "first" [], None, "the first row", KEYS, always, |state| select::step(state, isize::MIN / 2);
    Last "last" [], None, "the last row", KEYS, always, |state| select::step(state, isize::MAX / 2);
    Redraw "redraw" [], None, "draw everything anew", KEYS, always, |_| vec![Effect::Redraw];
    Suspend "suspend" [], None, "go to the background; `fg` comes back", KEYS, always, |_| vec![Effect::Suspend];
    Quit "quit" [], Some("quit"), "leave; an unlock under way is waited for, a list is not lost unasked", TABS, always, quit::quit;
}

impl Action {
    /// The actions in the order of footer and help.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|spec| spec.action)
    }

    /// Every name, for complaints about a misspelt one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|spec| spec.name)
    }

    /// The action of that name, or of that earlier one.
    pub fn named(name: &str) -> Option<Self> {
        let is_named = |spec: &&ActionSpec| spec.name == name || spec.aliases.contains(&name);
        TABLE.iter().find(is_named).map(|spec| spec.action)
    }

    /// Its row of the table.
    #[allow(clippy::indexing_slicing, reason = "one macro makes the variants and their rows")]
    pub fn spec(self) -> &'static ActionSpec {
        &TABLE[self as usize]
    }

    /// Its name in a keymap.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// Its word in the footer.
    pub fn word(self) -> Option<&'static str> {
        self.spec().label
    }

    /// Its line in the help.
    pub fn help(self) -> &'static str {
        self.spec().help
    }
}

/// Nothing stands against an action, unless something does.
///
/// # Errors
/// The reason, for the footer.
pub fn unless(stands_against: bool, reason: &str) -> Result<(), String> {
    if stands_against { Err(reason.to_owned()) } else { Ok(()) }
}

/// Does it, or says why not.
pub fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    match availability(state, action) {
        Ok(()) => (action.spec().perform)(state),
        Err(reason) => state.say(reason),
    }
}

/// Whether an action can be done now, or the reason why not.
///
/// # Errors
/// The reason, for the footer.
pub fn availability(state: &State, action: Action) -> Result<(), String> {
    (action.spec().available)(state)
}

#[cfg(test)]
mod tests;
