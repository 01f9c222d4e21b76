//! What a panic says, held back until the terminal is given back.

use parking_lot::Mutex;

/// What a panic said while the terminal was taken: told once it is given back.
pub(super) static LAST_WORDS: Mutex<Option<String>> = Mutex::new(None);

/// Keeps what panics say off the screen while the terminal is taken.
pub fn hold_panics() {
    std::panic::set_hook(Box::new(|info| {
        *LAST_WORDS.lock() = Some(info.to_string());
    }));
}

/// What the last panic said.
pub fn panic_message() -> Option<String> {
    let _ = std::panic::take_hook();
    LAST_WORDS.lock().take()
}

/// What the last panic said, while they are still held.
pub fn panic_message_so_far() -> Option<String> {
    LAST_WORDS.lock().take()
}
