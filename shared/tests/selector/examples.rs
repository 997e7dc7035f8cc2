//! What each part of the grammar means, by example.

use chat_protocol::selector::{SELECTOR_DEPTH, SELECTOR_OCTETS, SELECTOR_TERMS, Selector};

const HEADERS: [(&str, &str); 8] = [
    ("colour", "red"),
    ("weight", "12.5"),
    ("count", "10"),
    ("empty", ""),
    ("x-y.z", "it's"),
    ("flag", "true"),
    ("이름", "민아"),
    ("Colour", "blue"),
];

fn header(name: &str) -> Option<&'static str> {
    HEADERS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn is(text: &str) -> bool {
    Selector::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).matches(header)
}

#[track_caller]
fn both(yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(is(text), "{text}");
    }
    for text in no {
        assert!(!is(text), "{text}");
    }
}

#[test]
fn s13_headers_compare_with_text_exactly() {
    both(
        &[
            "colour = 'red'",
            "Colour = 'blue'",
            "colour <> 'Red'",
            "'red' = colour",
            "empty = ''",
            "x-y.z = 'it''s'",
            "이름 = '민아'",
            "colour >= 'rec'",
            "count < '9'",
            "flag = TRUE",
            "flag <> false",
            "colour<>Colour",
        ],
        &["colour = 'Red'", "colour = 'red '", "COLOUR = 'red'", "flag = FALSE", "empty <> ''"],
    );
}

#[test]
fn s13_headers_compare_with_numbers_as_numbers() {
    both(
        &[
            "weight > 12",
            "weight=12.50",
            "weight <= 1.25e1",
            "count = 10.0",
            "count > 9",
            "count <> 9",
            "count > -1",
            "+10=count",
            "count < weight",
            "10 < weight",
            "'7' = 7",
            "1 < 2",
        ],
        &["weight < 12", "count = 11", "colour = 1", "colour <> 1", "empty = 0", "empty <> 0"],
    );
}

#[test]
fn s13_ranges_lists_patterns_and_absence() {
    both(
        &[
            "count BETWEEN 10 AND 12",
            "count NOT BETWEEN 11 AND 12",
            "11 between count and weight",
            "colour IN ('blue', 'red')",
            "count IN (1, 10)",
            "colour NOT IN ('blue')",
            "colour LIKE 'r%'",
            "colour LIKE '_e_'",
            "colour NOT LIKE 'R%'",
            "colour LIKE 'red!' ESCAPE 'x' OR TRUE = 'true'",
            "missing IS NULL",
            "empty IS NOT NULL",
        ],
        &[
            "count BETWEEN 12 AND 10",
            "colour IN ('Red')",
            "count IN ('10.0')",
            "colour LIKE 'r'",
            "colour IS NULL",
            "missing IS NOT NULL",
        ],
    );
}

#[test]
fn s13_what_depends_on_a_missing_header_is_neither_true_nor_false() {
    both(
        &["missing = 'a' OR colour = 'red'", "NOT (missing = 'a' AND colour = 'blue')"],
        &[
            "missing = 'a'",
            "missing <> 'a'",
            "NOT missing = 'a'",
            "missing = missing",
            "missing IN ('a')",
            "missing NOT IN ('a')",
            "missing LIKE '%'",
            "missing NOT LIKE '%'",
            "missing BETWEEN 1 AND 2",
            "missing NOT BETWEEN 1 AND 2",
            "missing = 'a' OR colour = 'blue'",
            "missing = 'a' AND colour = 'red'",
            "count NOT BETWEEN missing AND 12",
        ],
    );
    assert!(is("count NOT BETWEEN missing AND 9"), "false whatever is missing");
}

#[test]
fn s13_not_binds_closer_than_and_and_and_closer_than_or() {
    both(
        &[
            "colour = 'red' OR colour = 'blue' AND count = 0",
            "NOT colour = 'blue' AND count = 10",
            "not not colour='red'",
            "count BETWEEN 9 AND 11 AND colour = 'red'",
        ],
        &["(colour = 'red' OR colour = 'blue') AND count = 0", "NOT (colour = 'red' OR count = 0)"],
    );
}

#[test]
fn s14_what_is_no_selector_is_refused_with_its_place() {
    for (text, at) in [
        ("", 1),
        ("   ", 4),
        ("colour", 7),
        ("colour =", 9),
        ("colour == 'red'", 9),
        ("colour = 'red", 10),
        ("colour = \"red\"", 10),
        ("colour = 'a' colour = 'b'", 14),
        ("(colour = 'a'", 14),
        ("colour = 'a')", 13),
        ("colour IN ()", 12),
        ("colour IN ('a',)", 16),
        ("colour IN (other)", 17),
        ("'a' IN ('b')", 8),
        ("colour LIKE 5", 13),
        ("colour LIKE 'a!' ESCAPE '!'", 28),
        ("colour LIKE 'a' ESCAPE ''", 26),
        ("colour LIKE 'a' ESCAPE '!!'", 28),
        ("colour BETWEEN 1 OR 2", 18),
        ("colour IS 5", 11),
        ("colour NOT = 5", 12),
        ("AND = 5", 1),
        ("1a = 5", 1),
        ("count + 1 = 2", 7),
        ("count = 1e", 9),
        ("count = 0x10", 9),
        ("T(java.lang.Runtime).getRuntime() = 1", 2),
        ("colour ~ '(a+)+'", 8),
        ("colour = 'a'; DROP TABLE x", 13),
        ("-colour = 1", 1),
    ] {
        let error = Selector::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("bad selector at character {at}:")), "{text}: {error}");
    }
}

#[test]
fn s14_an_error_is_safe_to_show_and_short() {
    for text in ["\u{1b}[2J = 1", "a = \u{202e}", "a\u{202e}b", "a 'x' \u{7}", &"b".repeat(1000)] {
        let error = Selector::parse(text).unwrap_err().to_string();
        assert!(!error.contains(|c: char| c.is_control() || c == '\u{202e}'), "{error:?}");
        assert!(error.len() < 200, "{error}");
    }
}

#[test]
fn length_depth_and_terms_are_bounded() {
    let padded = |octets: usize| format!("{:octets$}", "a=1");
    assert!(Selector::parse(&padded(SELECTOR_OCTETS)).is_ok());
    assert!(Selector::parse(&padded(SELECTOR_OCTETS + 1)).is_err());

    let parenthesised = |n: usize| format!("{}a=1{}", "(".repeat(n), ")".repeat(n));
    assert!(Selector::parse(&parenthesised(SELECTOR_DEPTH)).is_ok());
    assert!(Selector::parse(&parenthesised(SELECTOR_DEPTH + 1)).is_err());
    let negated = |n: usize| format!("{}a=1", "NOT ".repeat(n));
    assert!(Selector::parse(&negated(SELECTOR_DEPTH)).is_ok());
    assert!(Selector::parse(&negated(SELECTOR_DEPTH + 1)).is_err());

    let list = |n: usize| format!("a IN({})", vec!["1"; n].join(","));
    assert!(Selector::parse(&list(SELECTOR_TERMS - 1)).is_ok());
    assert!(Selector::parse(&list(SELECTOR_TERMS)).is_err());
}

#[test]
fn equality_is_of_meaning_and_the_text_is_short() {
    let parse = |text: &str| Selector::parse(text).unwrap();
    let one = parse(" ( a = 1 and (b  <> 'it''s' And c in ( 2 , 'x' )) ) or not( d like 'e%' )");
    assert_eq!(one.text().as_str(), "a=1 AND b<>'it''s'AND c IN(2,'x')OR NOT d LIKE'e%'");
    assert_eq!(one, parse(one.text().as_str()));
    assert_ne!(one, parse("a=1"));
    assert_eq!(parse("a NOT IN('b')"), parse("NOT (a IN ('b'))"));
    assert_eq!(format!("{:?}", parse("a='\u{1b}'")), "Selector(\"a='␛'\")");
}
