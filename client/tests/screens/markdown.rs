//! Messages with markup: how they look, and that nothing of it but links reaches the terminal.

use crate::stage::{borders, online};
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

const TALK: &str = "**오늘** 할 *일*:\n- 소유권 챕터를 처음부터 끝까지 다시 읽고 질문을 모아 오기\n- `cargo test`\n\n\
> 질문은 여기에\n\n```rust\nfn main() {\n    println!(\"안녕\");\n}\n```\n\
자료: https://a.example/책 와 [정리](https://b.example/x)";

#[test]
fn eighty_columns() {
    let mut s = online(80, 16);
    s.says("jun", TALK);
    s.shows_rows(
        r#"
        |                    │09:00        jun │ 오늘 할 일:|
        |                    │                 │ • 소유권 챕터를 처음부터 끝까지 다시|
        |                    │                 │   읽고 질문을 모아 오기|
        |                    │                 │ • `cargo test`|
        |                    │                 │|
        |                    │                 │ ▎ 질문은 여기에|
        |                    │                 │|
        |                    │                 │ │ fn main() {|
        |                    │                 │ │     println!("안녕");|
        |                    │                 │ │ }|
        |                    │                 │ 자료: https://a.example/책 와 정리|
        |                    │                 │ (b.example)|
        "#,
    );
}

#[test]
fn forty_columns() {
    let mut s = online(40, 12);
    s.says("jun", "> 아주 긴 인용문은 다음 줄로 넘어가도 막대가 이어집니다 👨‍👩‍👧‍👦 🇰🇷\n1. 하나\n2. 둘");
    s.shows_rows(
        r#"
        |09:00 jun|
        | ▎ 아주 긴 인용문은 다음 줄로 넘어가도|
        | ▎ 막대가 이어집니다 👨‍👩‍👧‍👦 🇰🇷|
        | 1. 하나|
        | 2. 둘|
        "#,
    );
}

#[test]
fn emphasis_is_carried_by_attributes_that_need_no_colour() {
    let mut s = online(60, 8);
    s.says("jun", "plain **bold** *slanted* https://a.example");
    let (buffer, _) = s.paint();
    assert!(modifier(&buffer, "b", "bold").contains(Modifier::BOLD));
    assert!(modifier(&buffer, "s", "slanted").contains(Modifier::ITALIC));
    assert!(modifier(&buffer, "h", "https").contains(Modifier::UNDERLINED));
    assert!(modifier(&buffer, "p", "plain").is_empty());
}

/// Of the cell at which a word begins.
fn modifier(buffer: &Buffer, first: &str, word: &str) -> Modifier {
    let width = usize::from(buffer.area.width);
    let begins = |at: &usize| {
        let cells = buffer.content.iter().skip(*at).take(word.len());
        cells.map(|c| c.symbol()).collect::<String>() == word
    };
    let at = (0..buffer.content.len() - width).find(begins);
    let cell = &buffer.content[at.unwrap_or_else(|| panic!("no {word:?}"))];
    assert_eq!(cell.symbol(), first);
    cell.modifier
}

#[test]
fn each_cell_of_a_link_opens_and_closes_it() {
    let mut s = online(60, 8);
    s.state.look.links = true;
    s.says("jun", "[책](https://a.example/%1b?가) \x1b]8;;evil:\x1b\\x");
    let (buffer, _) = s.paint();
    let linked: Vec<&str> =
        buffer.content.iter().map(|c| c.symbol()).filter(|s| s.contains('\x1b')).collect();
    let [one] = linked.as_slice() else { panic!("{linked:?}") };
    let inner = one.strip_prefix("\x1b]8;id=").and_then(|s| s.strip_suffix("책\x1b]8;;\x1b\\"));
    let (_, address) = inner.unwrap().split_once(';').unwrap();
    assert_eq!(address, "https://a.example/%1b?%EA%B0%80\x1b\\");
}

#[test]
fn the_links_of_a_frame_have_a_bound() {
    let mut s = online(120, 40);
    s.state.look.links = true;
    for _ in 0..40 {
        s.says("jun", &format!("[{}](https://a.example/{})", "x".repeat(80), "y".repeat(1900)));
    }
    let (buffer, _) = s.paint();
    let bytes: usize = buffer.content.iter().map(|c| c.symbol().len()).sum();
    assert!(bytes < 100 * 1024, "{bytes}");
}

#[test]
fn borders_stay_straight_beside_markup_of_every_width() {
    let mut s = online(80, 24);
    s.says("하늘", "- ❤\u{fe0f} **👨‍👩‍👧‍👦** 🇰🇷\n> `한글` 漢字\n```\n\tㅎㅎ 가나다라마바사아자차카타파하가나다라마바사아자차카타파하\n```");
    let (buffer, _) = s.paint();
    let rows: Vec<Vec<u16>> =
        (0..22).map(|y| borders(&buffer, y)).filter(|b| b.len() > 1).collect();
    assert!(rows.len() >= 4, "{rows:?}");
    assert!(rows.iter().all(|b| b[..2] == rows[0][..2]), "{rows:?}");
}
