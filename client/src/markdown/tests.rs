use super::*;
use chat_protocol::text::{PeerStr, is_bidi_control};
use proptest::prelude::*;

fn render(text: &str) -> Rendered {
    Rendered::new(&PeerStr::new(text).block())
}

/// Its rows, and pieces that are not plain as `<b>`, `<i>`, `<c>`, `<q>`, `<n>`, `<link>`.
fn shown(text: &str, width: usize) -> String {
    let rendered = render(text);
    let rows = rendered.lay_out(width);
    let rows = rows.iter().map(|row| {
        let mut out = rendered.prefix(row).to_owned();
        let mut tags = String::new();
        for (at, c) in rendered.line(row).char_indices() {
            let now = tags_of(&rendered, rendered.attr(row.start + at));
            if now != tags {
                out.push_str(&format!("<{now}>"));
                tags = now;
            }
            out.push(c);
        }
        if !tags.is_empty() { out + "<>" } else { out }
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn tags_of(rendered: &Rendered, attr: Attr) -> String {
    let tags = [
        (attr.bold, "b"),
        (attr.italic, "i"),
        (attr.code, "c"),
        (attr.quote, "q"),
        (attr.note, "n"),
    ];
    let mut out: String = tags.iter().filter(|(on, _)| *on).map(|(_, tag)| *tag).collect();
    out.push_str(rendered.link(attr).unwrap_or_default());
    out
}

#[track_caller]
fn shows(text: &str, wanted: &str) {
    assert_eq!(shown(text, 40), wanted);
}

#[test]
fn bold_italic_and_code_are_styled_and_lose_their_signs() {
    shows("a **b** *c* _d_ `e`", "a <b>b<> <i>c<> <i>d<> <c>`e`<>");
    shows("***both***", "<bi>both<>");
    shows("**굵게**는", "<b>굵게<>는");
    shows("a **b\nc** d", "a <b>b<>\n<b>c<> d");
}

#[test]
fn what_only_looks_like_markup_stays_as_it_was_written() {
    for text in [
        "2*3*4 = 24",
        "2**3**4",
        "snake_case_name",
        "nothing * here *",
        "a * b * c",
        "**",
        "`",
        "¯\\_(ツ)_/¯",
        "# not a heading",
        "a\n---\nb",
        "<b>html</b>",
        "&amp; &#27;[2J",
        "a\n\n\nb",
        "    indented\n  two",
        "![picture](x)",
        "[text](javascript:alert)",
        "[text](/path)",
        "a | b\n--|--\n1 | 2",
        "\\n",
    ] {
        shows(text, text);
    }
}

#[test]
fn an_escaped_sign_is_shown_alone() {
    shows("\\*a\\*", "*a*");
    shows("\\> a", "> a");
}

#[test]
fn code_keeps_its_lines_and_loses_its_fences() {
    shows(
        "look:\n```rust\nfn main() {\n    *x*\n\n}\n```\nok",
        "look:\n│ <c>fn main() {<>\n│ <c>    *x*<>\n│ \n│ <c>}<>\nok",
    );
    shows("```\nopen", "│ <c>open<>");
    shows("```", "```");
    shows("> ```\n> a\n> ```", "▎ │ <cq>a<>");
}

#[test]
fn quotes_have_a_bar_and_end_with_their_line() {
    shows("> a\n> > b\n>\nc", "▎ <q>a<>\n▎ ▎ <q>b<>\n▎ \nc");
    assert_eq!(shown("> one two three", 10), "▎ <q>one two <>\n▎ <q>three<>");
}

#[test]
fn lists_have_bullets_and_hang() {
    shows("- a\n- b\n  c\n  - d\n3. e", "• a\n• b\n  c\n  • d\n3. e");
    assert_eq!(shown("- one two three", 10), "• one two \n  three");
    // A bullet on a line of its own stands where its item begins.
    shows("7.\n   a", "7. a");
    // Where it is too narrow for them the prefixes go.
    assert_eq!(shown("- one two", 9), "one two");
}

#[test]
fn bare_addresses_are_links_without_the_sentence_around_them() {
    let a = "https://a.example/x_y_z?q=1";
    shows(&format!("see {a}."), &format!("see <{a}>{a}<>."));
    assert_eq!(render("(https://a.example/w_(b)).").links(), ["https://a.example/w_(b)"]);
    assert_eq!(render("https://a.example/x에서 봐요").links(), ["https://a.example/x"]);
    let korean = render("https://ko.example/wiki/한국");
    assert_eq!(korean.links(), ["https://ko.example/wiki/%ED%95%9C%EA%B5%AD"]);
    assert_eq!(render("**https://a.example**").links(), ["https://a.example/"]);
    assert_eq!(render("`https://a.example`").links(), [""; 0]);
    assert_eq!(render("xhttps://a.example ftp://b file:///c://d").links(), [""; 0]);
}

#[test]
fn a_link_says_where_it_leads() {
    shows("[go](https://b.example/x)", "<https://b.example/x>go<n> (b.example)<>");
    shows("<https://a.example>", "<https://a.example/>https://a.example<>");
    let lies = render("[https://bank.example](https://b\u{fc}cher.example)");
    assert_eq!(lies.text(), "https://bank.example (xn--bcher-kva.example)");
    assert_eq!(lies.links(), ["https://xn--bcher-kva.example/"]);
    // Cyrillic letters that look Latin.
    shows(
        "http://\u{430}\u{440}\u{440}le.com",
        "<http://xn--le-6kc8da.com/>http://аррle.com<n> (xn--le-6kc8da.com)<>",
    );
    let long = render(&format!("[x](https://{}evil.example/)", "bank.example.".repeat(9)));
    assert!(long.text().starts_with("x (…") && long.text().ends_with("evil.example)"));
}

#[test]
fn depth_has_a_bound() {
    let deep = ">".repeat(3000) + " a";
    assert_eq!(render(&deep).text(), deep);
    render(&"*a **b ".repeat(2000));
    render(&"[".repeat(5000));
}

fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z가-힣]{1,6}",
        4 => prop::sample::select(vec![
            "*", "**", "_", "`", "```", "~~~", "\n", "\n\n", "> ", "- ", "1. ", "  ", "[", "](", ")",
            "<", ">", "\\", "https://a.example/", "http://", "&#27;", "&lt;", "#", "|", "!",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
        1 => prop::sample::select(vec![
            "\u{1b}[2J", "\u{202e}", "\u{9b}", "\u{7}", "\t", "\r", "\u{301}", "👨‍👩‍👧", "🇰🇷", "\u{200d}",
            "\u{fe0f}", "\u{e0041}",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Letters and digits: what is left of a text when all markup is taken away.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #[test]
    fn nothing_that_is_shown_could_move_a_cursor(text in markdown(), width in 2usize..60) {
        let rendered = render(&text);
        for row in rendered.lay_out(width) {
            let row = format!("{}{}", rendered.prefix(&row), rendered.line(&row));
            prop_assert!(!row.contains(|c: char| c.is_control() || is_bidi_control(c)), "{:?}", row);
        }
        let clean = PeerStr::new(rendered.text()).block();
        prop_assert_eq!(clean.as_str(), rendered.text());
        for link in rendered.links() {
            prop_assert!(link.bytes().all(|b| (b'!'..=b'~').contains(&b)), "{}", link);
            prop_assert!(link.starts_with("http://") || link.starts_with("https://"), "{}", link);
        }
    }

    #[test]
    fn what_is_shown_is_the_text_without_its_markup(text in markdown()) {
        let safe = PeerStr::new(&text).block();
        let rendered = Rendered::new(&safe);
        let shown = rendered.text().char_indices();
        let ours = shown.filter(|(at, _)| !rendered.attr(*at).note).map(|(_, c)| c);
        let mut written = safe.as_str().chars();
        for c in ours {
            prop_assert!(written.any(|w| w == c), "{:?} of {:?}", rendered.text(), safe);
        }
    }

    #[test]
    fn without_links_and_fences_no_letter_is_lost(text in "([a-z가-힣*_` >\\\\#+.!|-]|\n|1\\. ){0,60}") {
        prop_assume!(!text.contains("```"));
        let rendered = render(&text);
        let rows = rendered.lay_out(200);
        let shown: String = rows.iter().map(|r| format!("{}{}", rendered.prefix(r), rendered.line(r))).collect();
        prop_assert_eq!(letters(&shown), letters(&text));
    }

    #[test]
    fn rows_hold_the_text_in_order_and_fit(text in markdown(), width in 2usize..60) {
        let rendered = render(&text);
        let rows = rendered.lay_out(width);
        prop_assert!(!rows.is_empty());
        let mut at = 0;
        for row in &rows {
            prop_assert!(matches!(rendered.text().get(at..row.start), Some("" | "\n")));
            at = row.end;
            let cells = crate::text::cells(rendered.prefix(row))
                + crate::text::cells(rendered.line(row).trim_end_matches(' '));
            prop_assert!(cells <= width, "{} > {}", cells, width);
        }
        prop_assert_eq!(at, rendered.text().len());
    }
}
