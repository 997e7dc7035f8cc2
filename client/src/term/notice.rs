//! Notifications as terminals show them: the control sequences, with nothing in them that could end one
//! early. Knows nothing of the chat.

/// The sequence that a terminal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    Osc9,
    Osc777,
    Osc99,
}

/// Bytes of a text that are sent: more is cut by the terminal anyway.
const MOST: usize = 1024;
const END: &str = "\x1b\\";

/// What to write to the terminal.
pub fn sequence(kind: Sequence, title: &str, body: &str) -> String {
    let (title, body) = (plain(title), plain(body));
    match kind {
        // Digits and a semicolon at its beginning would mean something else.
        Sequence::Osc9 => format!("\x1b]9; {title}: {body}{END}"),
        Sequence::Osc777 => {
            format!("\x1b]777;notify;{};{body}{END}", title.replace(';', ","))
        }
        Sequence::Osc99 => {
            format!(
                "\x1b]99;i=chat-tui:d=0:p=title;{title}{END}\x1b]99;i=chat-tui:p=body;{body}{END}"
            )
        }
    }
}

/// Without control characters, whoever made the text; and of bounded length.
fn plain(text: &str) -> String {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_is_as_its_terminals_document_it() {
        let of = |kind| sequence(kind, "jun in a;b", "안녕; 잘 지내?");
        assert_eq!(of(Sequence::Osc9), "\x1b]9; jun in a;b: 안녕; 잘 지내?\x1b\\");
        assert_eq!(of(Sequence::Osc777), "\x1b]777;notify;jun in a,b;안녕; 잘 지내?\x1b\\");
        assert_eq!(
            of(Sequence::Osc99),
            "\x1b]99;i=chat-tui:d=0:p=title;jun in a;b\x1b\\\
             \x1b]99;i=chat-tui:p=body;안녕; 잘 지내?\x1b\\"
        );
    }

    proptest! {
        #[test]
        fn nothing_written_by_others_ends_a_sequence_or_begins_one(text in "\\PC{0,20}[\\x00-\\x9f]{0,10}\\PC{0,900}") {
            for kind in [Sequence::Osc9, Sequence::Osc777, Sequence::Osc99] {
                let whole = sequence(kind, &text, &text);
                let ends = whole.matches('\x1b').count();
                prop_assert_eq!(ends, if kind == Sequence::Osc99 { 4 } else { 2 });
                let rest = whole.replace('\x1b', "");
                prop_assert!(!rest.contains(|c: char| c.is_control()));
                prop_assert!(whole.len() < 2 * MOST + 100);
            }
        }
    }
}
