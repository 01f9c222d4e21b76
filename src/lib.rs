//! unbolt: find a locked-out person, see why each account is locked, unlock it, watch it confirmed.
//!
//! This page is for whoever changes the program: the laws, the rooms, the life of an unlock, who may block.
//! `CONTRIBUTING.md` says how to set up, and lists the files of each usual change.
//!
//! # The laws
//!
//! Comments refer to them by number.
//!
//! 1. **Nothing is unlocked without a trace.** A durable record of the intent precedes every request that changes
//!    something, a record of its outcome follows. Where the ledger can't be written, nothing is sent; no setting changes that.
//!    [`ledger::Recorded`] is the proof, only the ledger makes it, and the one changing call of a backend takes it.
//! 2. **The screen is a pure function of the state.** State changes in one place, by one closed set of messages, without
//!    clock, input, output or async. Effects are data that [`terminal`] performs with the [`engine`].
//! 3. **Never claim what was not seen, never hide what could not be seen.** A fact that a system doesn't report reads "not
//!    reported", never 0 or "open". "Unlocked" needs the system's own state, read again. A system that failed keeps its
//!    row, with the reason, on every front.
//! 4. **Locked, disabled, suspended and expired are different facts**, shown and stored apart. What was read as open is never
//!    unlocked. A lock that an administrator set on purpose opens only with its id.
//! 5. **Act on the immutable id**, and only on what the screen shows now. An answer about another id is no answer.
//! 6. **Text from outside is data.** It is [`domain::Untrusted`] until it leaves through one escape per medium
//!    ([`domain::escape`]), which makes what is dangerous there visible and inert.
//! 7. **Secrets have no spelling.** They come from a reference, live in a type that can't be printed, and one place takes
//!    them out of every text that came from outside ([`settings::redactor`]).
//! 8. **One sick system never blocks another.** Each provider has its own rate, time-outs, token and problem.
//! 9. **Screen and command line are two fronts of one core.** A rule exists once.
//! 10. **An unlock whose bytes were sent is not sent again blindly.** After a cut or a time-out the account is read first; it
//!     is asked for again, with a new intent, only where it is still locked and the first request can't be under way any more.
//!
//! # The rooms
//!
//! Who may use whom; `tests/suite/architecture.rs` reads `src/` and holds it to this.
//!
//! ```text
//!   main ── cli ── sim                              sim uses nothing of ours
//!            │
//!            ├── terminal ── screens ── widgets     the screen and its jobs
//!            │      │           │
//!            ├── webhook        bulk ── flow        pure
//!            │      │           │  └── policy
//!            └─── engine ───────┘
//!                   ├── provider ── ledger::Recorded
//!                   ├── ledger
//!                   └── config ── settings
//!
//!   domain: pure vocabulary; every room uses it, it uses nothing
//! ```
//!
//! | room | holds |
//! |---|---|
//! | [`domain`] | accounts, locks, bad logins, outcomes, problems, untrusted text and its escapes |
//! | [`flow`] | procedures as state machines: search, unlock, watch, and whose accounts belong together |
//! | [`policy`] | what a desk may do: (policy, input, usage, now) to denials |
//! | [`bulk`] | list, plan, run, report |
//! | [`provider`] | the trait of a backend, the HTTP client, the registry; a folder for each backend |
//! | [`ledger`] | records, hash chain, kept index, verify, copies of heads |
//! | [`config`], [`settings`] | layers, complaints; durations, secret references, file trust, redactor |
//! | [`engine`] | performs what flows ask for: the core of both fronts, checks, plans and runs; it knows no screen |
//! | [`webhook`] | the receiver of Macs' answers |
//! | [`screens`], [`widgets`] | state, actions and views of each tab; what several of them draw with |
//! | [`terminal`] | guard, input, the encoder, the one write of a frame, the event loop, the screen's jobs |
//! | [`cli`] | a file for each command |
//! | [`sim`] | servers that speak each backend's protocol, and share no code with the client |
//!
//! # The life of an unlock
//!
//! ```text
//! u, y ─ screens::desk::unlock ─ flow::unlock::UnlockFlow ─ Effect::Call ─ engine::Core
//!          Read    the account once more                     Provider::read
//!          Record  rules, open unlocks, intent on disk       policy, ledger::LedgerIndex, Ledger::record
//!          Send    the request, with the proof               Provider::unlock(&Recorded<Unlock>)
//!          Poll    what is pending, a Mac's answer           Provider::poll, engine::device_answers
//!          Verify  the system's own state                    Provider::verify
//!          Close   the outcome on disk                       Ledger::close
//! ```
//!
//! Each call comes back as a [`flow::Reply`], which the flow turns into the next one. A row of a run is the same flow, driven
//! by [`bulk::Run`]; the command line drives one by [`engine::unlock_driver`].
//!
//! # Who may block
//!
//! The screen's thread is a `current_thread` runtime: nothing on it reads a file, waits for a lock or computes for long.
//! Files are read in `spawn_blocking`; the ledger's file belongs to a thread of its own ([`ledger::Ledger`]), and so do a slow
//! terminal's writes. Locks on files end after five seconds.
//!
//! # Other people's time
//!
//! Pure rooms get the moment as data ([`domain::ClockReading`]): a steady one for deadlines, the wall clock for what is shown.

pub mod bulk;
pub mod cli;
pub mod config;
pub mod domain;
pub mod engine;
pub mod flow;
pub mod ledger;
pub mod policy;
pub mod provider;
pub mod screens;
pub mod settings;
pub mod sim;
pub mod terminal;
pub mod webhook;
pub mod widgets;
