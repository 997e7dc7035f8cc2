//! For any input and any headers: total, stable and logical.

use chat_protocol::selector::Selector;
use proptest::prelude::*;

/// Values for the headers `a` to `d`.
type Values = [Option<String>; 4];

fn look_up<'v>(values: &'v Values, name: &str) -> Option<&'v str> {
    let index = ["a", "b", "c", "d"].iter().position(|known| *known == name)?;
    values[index].as_deref()
}

fn value() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        "[0-3]".prop_map(Some),
        "-?[0-9]{1,3}(\\.[0-9])?".prop_map(Some),
        "[xy%_']{0,4}".prop_map(Some),
        any::<String>().prop_map(Some),
    ]
}

fn values() -> impl Strategy<Value = Values> {
    [value(), value(), value(), value()]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        "'([xy%_]|''){0,4}'",
        "[+-]?[0-9]{1,2}",
        "[0-9]\\.[0-9]",
        Just("TRUE".to_owned()),
        Just("false".to_owned()),
    ]
}

fn operand() -> impl Strategy<Value = String> {
    prop_oneof![2 => "[a-d]", 1 => literal()]
}

fn test() -> impl Strategy<Value = String> {
    let not = || prop_oneof![Just(""), Just("NOT "), Just("not  ")];
    let sign = prop_oneof!["=", "<>", "<", "<=", ">", ">="];
    prop_oneof![
        (operand(), sign, operand()).prop_map(|(l, sign, r)| format!("{l} {sign} {r}")),
        (operand(), not(), operand(), operand())
            .prop_map(|(v, not, l, h)| format!("{v} {not}BETWEEN {l} AND {h}")),
        ("[a-d]", not(), prop::collection::vec(literal(), 1..4))
            .prop_map(|(h, not, list)| format!("{h} {not}IN ({})", list.join(", "))),
        ("[a-d]", not(), "'[xy%_]{0,5}'")
            .prop_map(|(h, not, like)| format!("{h} {not}LIKE {like}")),
        ("[a-d]", not(), "'([xy%_]|![%_!]){0,4}'")
            .prop_map(|(h, not, like)| format!("{h} {not}LIKE {like} ESCAPE '!'")),
        ("[a-d]", not()).prop_map(|(h, not)| format!("{h} IS {not}NULL")),
    ]
}

/// A valid condition.
fn condition() -> impl Strategy<Value = String> {
    test().prop_recursive(4, 12, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(l, r)| format!("({l}) AND ({r})")),
            pair.clone().prop_map(|(l, r)| format!("({l}) OR ({r})")),
            pair.prop_map(|(l, r)| format!("{l} and {r}")),
            inner.clone().prop_map(|e| format!("NOT ({e})")),
            inner.prop_map(|e| format!("  ( {e} ) ")),
        ]
    })
}

fn parse(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// True, false or neither.
fn truth(condition: &str, values: &Values) -> Option<bool> {
    let holds = |text: &str| parse(text).matches(|name| look_up(values, name));
    match (holds(condition), holds(&format!("NOT ({condition})"))) {
        (true, true) => panic!("{condition} and its opposite hold for {values:?}"),
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

proptest! {
    #[test]
    fn s14_any_text_is_read_or_refused(text in any::<String>(), values in values()) {
        if let Ok(selector) = Selector::parse(&text) {
            selector.matches(|name| look_up(&values, name));
        }
    }

    #[test]
    fn s14_anything_like_a_selector_is_read_or_refused(
        text in "([a-d]|[0-9]|[ '()=<>%_,.+-]|AND |OR |NOT |IN |LIKE |ESCAPE |IS |NULL |BETWEEN ){0,40}",
        values in values()
    ) {
        if let Ok(selector) = Selector::parse(&text) {
            selector.matches(|name| look_up(&values, name));
            let short = selector.text();
            prop_assert!(short.as_str().len() <= text.len(), "{short:?} {text:?}");
            prop_assert_eq!(&parse(short.as_str()), &selector);
        }
    }

    #[test]
    fn the_text_of_a_selector_parses_to_it_and_is_not_longer(text in condition()) {
        let selector = parse(&text);
        let short = selector.text();
        prop_assert!(short.as_str().len() <= text.len(), "{short:?} {text:?}");
        prop_assert_eq!(&parse(short.as_str()), &selector);
        prop_assert_eq!(parse(short.as_str()).text(), short);
    }

    #[test]
    fn de_morgan_holds(l in condition(), r in condition(), values in values()) {
        let not_both = format!("NOT (({l}) AND ({r}))");
        let either_not = format!("(NOT ({l})) OR (NOT ({r}))");
        prop_assert_eq!(truth(&not_both, &values), truth(&either_not, &values));
        let neither = format!("NOT (({l}) OR ({r}))");
        let both_not = format!("(NOT ({l})) AND (NOT ({r}))");
        prop_assert_eq!(truth(&neither, &values), truth(&both_not, &values));
    }

    #[test]
    fn and_or_and_not_are_those_of_three_valued_logic(
        l in condition(), r in condition(), values in values()
    ) {
        let (left, right) = (truth(&l, &values), truth(&r, &values));
        let and = match (left, right) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let or = match (left, right) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        prop_assert_eq!(truth(&format!("({l}) AND ({r})"), &values), and);
        prop_assert_eq!(truth(&format!("({l}) OR ({r})"), &values), or);
        prop_assert_eq!(truth(&format!("NOT ({l})"), &values), left.map(|truth| !truth));
    }

    #[test]
    fn a_range_is_two_comparisons_and_a_list_is_many(
        v in operand(), low in operand(), high in operand(),
        list in prop::collection::vec(literal(), 1..5), values in values()
    ) {
        prop_assert_eq!(
            truth(&format!("{v} BETWEEN {low} AND {high}"), &values),
            truth(&format!("{v} >= {low} AND {v} <= {high}"), &values)
        );
        let equals: Vec<_> = list.iter().map(|item| format!("a = {item}")).collect();
        prop_assert_eq!(
            truth(&format!("a IN ({})", list.join(",")), &values),
            truth(&equals.join(" OR "), &values)
        );
    }

    #[test]
    fn every_comparison_has_its_opposite(l in operand(), r in operand(), values in values()) {
        for (sign, opposite) in [("=", "<>"), ("<", ">="), (">", "<=")] {
            prop_assert_eq!(
                truth(&format!("NOT {l} {sign} {r}"), &values),
                truth(&format!("{l} {opposite} {r}"), &values)
            );
        }
    }

    #[test]
    fn like_agrees_with_trying_everything(text in "[xy]{0,8}", pattern in "[xy%_]{0,8}") {
        fn tried(text: &[u8], pattern: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'%', after)) => (0..=text.len()).any(|n| tried(&text[n..], after)),
                Some((c, after)) => text.split_first()
                    .is_some_and(|(t, rest)| (*c == b'_' || c == t) && tried(rest, after)),
            }
        }
        let selector = parse(&format!("a LIKE '{pattern}'"));
        let expected = tried(text.as_bytes(), pattern.as_bytes());
        prop_assert_eq!(selector.matches(|_| Some(&text)), expected);
    }
}
