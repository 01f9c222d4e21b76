//! Enums whose values are words in JSON, in the ledger or on the screen: each word stands beside its value, once.

/// A word as people read it.
pub fn in_words(word: &str) -> String {
    word.replace('_', " ")
}

/// Declares an enum with a word for each value.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$value_about:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        pub enum $name {
            $($(#[$value_about])* $value,)+
        }

        impl $name {
            /// Every value, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value's word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// The word as people read it.
            pub fn in_words(self) -> String {
                crate::domain::word_enum::in_words(self.word())
            }

            /// The value of that word.
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

pub(crate) use words;
