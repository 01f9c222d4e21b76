//! The thread that writes to the terminal: one that stops reading (a hung link) holds up this thread and nothing
//! else. One frame is under way at most; a newer state waits for it and is drawn once.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::terminal::guard::write_all;

/// How long the last bytes may take before the terminal is taken for hung.
const LAST: Duration = Duration::from_millis(500);

/// The way to the thread.
pub struct Writer {
    blocks: Option<Sender<Vec<u8>>>,
    written: UnboundedReceiver<io::Result<()>>,
    under_way: usize,
    ended: Receiver<()>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start() -> io::Result<Self> {
        let (blocks, queue) = channel::<Vec<u8>>();
        let (tell, written) = unbounded_channel();
        let (over, ended) = channel();
        std::thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            write(&queue, &tell);
            let _ = over.send(());
        })?;
        Ok(Self { blocks: Some(blocks), written, under_way: 0, ended })
    }

    /// True while a block is being written.
    pub fn is_busy(&self) -> bool {
        self.under_way > 0
    }

    /// Hands a block over; it is written at once, whole.
    pub fn write(&mut self, block: Vec<u8>) {
        self.under_way += usize::from(self.blocks.as_ref().is_some_and(|blocks| blocks.send(block).is_ok()));
    }

    /// Waits until a block is written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn written(&mut self) -> io::Result<()> {
        match self.written.recv().await {
            Some(result) => {
                self.under_way = self.under_way.saturating_sub(1);
                result
            }
            None => std::future::pending().await,
        }
    }

    /// Lets what is under way be written; false when the terminal takes nothing any more.
    #[must_use]
    pub fn finish(&mut self) -> bool {
        self.blocks = None;
        self.ended.recv_timeout(LAST).is_ok()
    }
}

impl Drop for Writer {
    /// Nothing is written any more once this is gone, so that giving the terminal back comes last.
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

fn write(queue: &Receiver<Vec<u8>>, tell: &UnboundedSender<io::Result<()>>) {
    while let Ok(block) = queue.recv() {
        if tell.send(write_all(&block)).is_err() {
            return;
        }
    }
}
