//! The terminal is somebody else's for a while: the shell's after Ctrl-Z, or that of the program that locks the screen.

use std::io;
use std::process::ExitStatus;

use tokio::process::Command;

use crate::screens::{Effect, Message};

use crate::terminal::event_loop::{ExitReport, Loop};

impl Loop<'_> {
    /// Gives the terminal to somebody else for a while.
    pub(crate) fn step_aside(&mut self, effect: &Effect) -> io::Result<()> {
        if self.locker.is_some() {
            return Ok(());
        }
        if matches!(effect, Effect::Lock) {
            self.lock();
            return Ok(());
        }
        self.taken.suspend()?;
        self.come_back();
        Ok(())
    }

    /// Lends the terminal to the policy's program. Everything else goes on meanwhile, unseen.
    fn lock(&mut self) {
        let Some((program, arguments)) = self.core.policy().idle_command.split_first() else { return };
        self.gate.close();
        self.taken.release();
        let mut command = Command::new(program);
        for variable in crate::engine::secret_variables() {
            command.env_remove(variable);
        }
        match command.args(arguments).spawn() {
            Ok(child) => self.locker = Some(child),
            Err(e) => self.ending = Some(ExitReport::Idle(format!("{program}: {e}"))),
        }
    }

    /// The program that locked the screen has ended: only when it ended well does the operator come back.
    pub(crate) fn unlocked(&mut self, ended: io::Result<ExitStatus>) -> io::Result<()> {
        self.locker = None;
        let why = match ended {
            Ok(status) if status.success() => {
                self.taken.reacquire()?;
                self.gate.open();
                self.come_back();
                return Ok(());
            }
            Ok(status) => format!("the program that locks the screen ended with {status}"),
            Err(e) => e.to_string(),
        };
        self.ending = Some(ExitReport::Idle(why));
        Ok(())
    }

    fn come_back(&mut self) {
        let (width, height) = crate::terminal::guard::size();
        let _ = self.replies.send(Message::Resize(width, height));
        let _ = self.replies.send(Message::Resumed);
    }
}
