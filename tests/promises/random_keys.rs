//! Promise 6, once more: random keys on every screen, at random sizes, in a real terminal. `TEST_SEEDS` says how many
//! seeds; `.ci/run` tries twenty.

use crate::support::terminal::Terminal;
use crate::support::{random, side_by_side};

/// The tabs by their function keys.
const SCREENS: [&str; 5] = ["\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~"];
const KEYS: usize = 300;
const SIZES: [(u16, u16); 5] = [(30, 8), (80, 24), (100, 30), (120, 40), (160, 50)];

/// Keys that are pressed: letters, digits, signs, moves and answers; nothing that leaves.
const OTHERS: [&str; 16] = [
    "\r", "\x1b", "\t", "\x7f", " ", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F",
    "\x15", "\x04", "\x0c",
];

fn key(below: &mut impl FnMut(usize) -> usize) -> String {
    if below(100) < 40 {
        return OTHERS[below(OTHERS.len())].to_owned();
    }
    // `q` leaves; `L` and the rest may come.
    let signs: Vec<char> = "abcdefghijklmnoprstuvwxyzBDGLNRSUVX0123456789/?:*=+.,".chars().collect();
    signs[below(signs.len())].to_string()
}

/// No line is cut or overruns: whatever begins with a frame ends with one.
fn is_whole(terminal: &Terminal) {
    let screen = terminal.screen();
    for line in screen.lines().skip(1) {
        if line.starts_with(['┌', '│', '└']) {
            assert!(line.ends_with(['┐', '│', '┘', '█']), "a line is cut or overruns: {line}\n{screen}");
        }
    }
}

/// True when the keys have chosen to leave, by the name of the action: then the terminal was given back, and nothing broke.
fn has_left(terminal: &mut Terminal, seed: u64) -> bool {
    let Some(status) = terminal.child.try_wait().unwrap() else { return false };
    let raw = terminal.raw();
    let is_orderly = matches!(status.exit_code(), 0 | 3) && raw.contains("\x1b[?1049l");
    assert!(is_orderly && !raw.contains("internal error"), "seed {seed}: {status:?} {raw}");
    true
}

#[test]
fn p06_random_keys_on_every_screen_break_nothing() {
    let seeds = std::env::var("TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    for seed in 0..seeds {
        side_by_side(SCREENS.into_iter().enumerate(), |(n, screen)| {
            let mut next = random(seed * 100 + n as u64 + 1);
            let mut below = |many: usize| usize::try_from(next() % many as u64).unwrap();
            let place = tempfile::tempdir().unwrap();
            let size = SIZES[(usize::try_from(seed).unwrap() + n) % SIZES.len()];
            let mut terminal = Terminal::start(place.path(), &["demo"], size);
            terminal.wait_to_see("unbolt");
            terminal.wait_for_rest();
            terminal.keys(screen);
            let mut sent = 0;
            while sent < KEYS {
                let many = 1 + below(5);
                let keys: String = (0..many).map(|_| key(&mut below)).collect();
                if has_left(&mut terminal, seed) {
                    return;
                }
                terminal.keys(&keys);
                sent += many;
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            // The last key may have been the one.
            for _ in 0..30 {
                if has_left(&mut terminal, seed) {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            terminal.wait_for_rest();
            assert!(terminal.child.try_wait().unwrap().is_none(), "seed {seed}, screen {n}: {}", terminal.raw());
            assert!(!terminal.raw().to_lowercase().contains("internal error"), "seed {seed}, screen {n}");
            is_whole(&terminal);
        });
    }
}
