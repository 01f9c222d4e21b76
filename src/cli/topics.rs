//! The pages that the program prints: `unbolt help TOPIC`.

/// A page.
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// What it is about, in a line.
    pub about: &'static str,
    /// Its text, in Markdown.
    pub text: &'static str,
}

/// Every page.
pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "lists",
        about: "what a list may be, plans, runs, reports",
        text: include_str!("../../assets/docs/lists.md"),
    },
    Topic {
        name: "command-line",
        about: "tables, JSON, exit codes, variables, files",
        text: include_str!("../../assets/docs/command-line.md"),
    },
    Topic {
        name: "simulator",
        about: "simulated systems, their control port, faults",
        text: include_str!("../../assets/docs/simulator.md"),
    },
];
