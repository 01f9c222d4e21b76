//! A secret that is typed.

use std::process::Command;

use portable_pty::CommandBuilder;

use crate::support::World;
use crate::support::processes::children;
use crate::support::terminal::Terminal;

use super::*;

#[test]
fn a_prompt_is_asked_once_without_echo_before_the_screen_is_taken() {
    let world = world("{ prompt = \"the key\" }");
    let config = world.config_path().display().to_string();
    let mut terminal = Terminal::start(world.place.path(), &["--config", &config], (80, 24));
    terminal.wait_to_see("jumpcloud: the key");
    terminal.keys(&format!("wrong\x15{}\r", key(&world)));
    terminal.wait_to_see("Ada Lovelace");
    assert!(!terminal.raw().contains(&key(&world)), "the secret was echoed");
    terminal.keys("\x03");
    terminal.exit();
}

/// A shell in which a command asks for the key, and what became of the terminal then.
pub(super) fn asked_in_a_shell(world: &World) -> Terminal {
    let mut shell = CommandBuilder::new("/bin/sh");
    let config = world.config_path().display().to_string();
    let script = "\"$0\" --config \"$1\" find ada; echo \"exit $?\"; stty -a";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_unbolt"), &config]);
    let terminal = Terminal::run(world.place.path(), shell, &[], (120, 40));
    terminal.wait_to_see("jumpcloud: the key");
    terminal
}

#[test]
fn a_prompt_that_is_given_up_or_ended_leaves_the_terminal_as_it_was() {
    let world = world("{ prompt = \"the key\" }");
    for (signal, code) in [(None, 130), (Some("TERM"), 143), (Some("HUP"), 129), (Some("INT"), 130)] {
        let mut terminal = asked_in_a_shell(&world);
        match signal {
            None => terminal.keys("abc\x03"),
            Some(signal) => {
                let asking = children(terminal.process())[0].to_string();
                Command::new("kill").args([&format!("-{signal}"), &asking]).status().unwrap();
            }
        }
        terminal.wait_to_see(&format!("exit {code}"));
        terminal.wait_to_see("icanon");
        terminal.exit();
        let screen = terminal.screen();
        assert!(
            screen.contains("isig icanon") && !screen.contains("-echo ") && !screen.contains("abc"),
            "{signal:?}: {screen}"
        );
    }
}
