//! Numbers of selectors and headers: decimal, with an optional sign, fraction and exponent. Whole
//! numbers of 64 bits are exact, all others are binary floating point (IEEE 754, 64 bits).

use std::cmp::Ordering;

/// A number in a selector, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    pub text: Box<str>,
    pub value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    Whole(i64),
    /// Finite.
    Float(f64),
}

impl Number {
    pub(super) fn read(text: &str) -> Option<Self> {
        Value::read(text).map(|value| Self { text: text.into(), value })
    }
}

impl Value {
    /// `None`: the text is not a number, or is beyond all floating point.
    pub(super) fn read(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
        let well_formed = digits(whole)
            && digits(fraction)
            && !(whole.is_empty() && fraction.is_empty())
            && exponent.is_none_or(|e| digits(e) && !e.is_empty());
        if !well_formed {
            return None;
        }
        match text.parse() {
            Ok(whole) => Some(Self::Whole(whole)),
            Err(_) => text.parse().ok().filter(|f: &f64| f.is_finite()).map(Self::Float),
        }
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => left.cmp(&right),
            // Finite floats always compare.
            _ => self.float().partial_cmp(&other.float()).unwrap_or(Ordering::Equal),
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Float(float) => float,
        }
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimal_numbers_are_numbers() {
        for bad in [
            "", "+", "-", ".", "1.2.3", "1e", "1e+", "e5", "0x10", "inf", "nan", "1_0", " 1",
            "--1", "1e999", "١",
        ] {
            assert_eq!(Value::read(bad), None, "{bad}");
        }
        assert_eq!(Value::read("-007"), Some(Value::Whole(-7)));
        assert_eq!(Value::read("+9223372036854775807"), Some(Value::Whole(i64::MAX)));
        for (text, value) in
            [("9223372036854775808", 9_223_372_036_854_775_808.0), ("1.", 1.0), ("-.5e-1", -0.05)]
        {
            assert_eq!(Value::read(text), Some(Value::Float(value)));
        }
    }

    #[test]
    fn whole_numbers_compare_exactly_and_others_nearly() {
        let compare = |a, b| Value::read(a).unwrap().compare(Value::read(b).unwrap());
        assert_eq!(compare("9007199254740993", "9007199254740992"), Ordering::Greater);
        assert_eq!(compare("2", "10"), Ordering::Less);
        assert_eq!(compare("10", "1e1"), Ordering::Equal);
        assert_eq!(compare("-0.0", "0"), Ordering::Equal);
    }
}
