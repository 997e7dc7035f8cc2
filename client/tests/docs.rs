//! The tables of `docs/client.md` are those of the program. `UPDATE_DOCS=1 cargo test -p chat-tui --test
//! docs` writes them anew, between their marks.
#![allow(clippy::unwrap_used)]

use chat_tui::config::docs;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/client.md");

#[test]
fn the_tables_of_the_page_are_current() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let tables =
        [("settings", docs::settings()), ("keys", docs::keys()), ("commands", docs::commands())];
    let mut current = page.clone();
    for (name, table) in tables {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let at = current.find(&begin).unwrap() + begin.len();
        let to = current.find(&end).unwrap();
        current.replace_range(at..to, &format!("\n{table}\n"));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &current).unwrap();
        return;
    }
    assert!(page == current, "docs/client.md is stale: run this test with UPDATE_DOCS=1");
}
