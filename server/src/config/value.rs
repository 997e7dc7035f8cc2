//! How a setting's value stands as text: the one form for flags, environment, file and documentation.

use crate::log::Durability;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// How a value is written in the TOML file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Number,
    Bool,
    List,
}

/// A type a setting may have. `parse(show(x)) == x`.
pub trait Value: Sized {
    const FORM: Form;
    /// In `--help`.
    const NAME: &'static str;
    /// What people may write, for the refusal of anything else.
    const EXPECTS: &'static str;
    /// `None`: not what [`Self::EXPECTS`] says.
    fn parse(text: &str) -> Option<Self>;
    fn show(&self) -> String;
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

impl Size {
    pub const fn kib(n: usize) -> Self {
        Self(n * 1024)
    }
}

/// A value that the program finds out itself unless told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auto<T> {
    Auto,
    Set(T),
}

impl<T: Clone> Auto<T> {
    pub fn unwrap_or_else(&self, find: impl FnOnce() -> T) -> T {
        match self {
            Self::Auto => find(),
            Self::Set(value) => value.clone(),
        }
    }
}

impl<T: Value> Value for Auto<T> {
    const FORM: Form = T::FORM;
    const NAME: &'static str = T::NAME;
    const EXPECTS: &'static str = T::EXPECTS;
    fn parse(text: &str) -> Option<Self> {
        if text == "auto" { Some(Self::Auto) } else { T::parse(text).map(Self::Set) }
    }
    fn show(&self) -> String {
        match self {
            Self::Auto => "auto".to_owned(),
            Self::Set(value) => value.show(),
        }
    }
}

/// `off`, or a value.
impl<T: Value> Value for Option<T> {
    const FORM: Form = T::FORM;
    const NAME: &'static str = T::NAME;
    const EXPECTS: &'static str = T::EXPECTS;
    fn parse(text: &str) -> Option<Self> {
        if text == "off" { Some(None) } else { T::parse(text).map(Some) }
    }
    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "off".to_owned(), T::show)
    }
}

impl Value for bool {
    const FORM: Form = Form::Bool;
    const NAME: &'static str = "BOOL";
    const EXPECTS: &'static str = "true or false";
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for usize {
    const FORM: Form = Form::Number;
    const NAME: &'static str = "N";
    const EXPECTS: &'static str = "a whole number such as 100";
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for f64 {
    const FORM: Form = Form::Number;
    const NAME: &'static str = "N";
    const EXPECTS: &'static str = "a number such as 2.5";
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "TEXT";
    const EXPECTS: &'static str = "text";
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn show(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "DIR";
    const EXPECTS: &'static str = "a path";
    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }
    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Value for SocketAddr {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "ADDRESS";
    const EXPECTS: &'static str = "an address such as 127.0.0.1:7878 or [::1]:7878";
    fn parse(text: &str) -> Option<Self> {
        if let Some(port) = text.strip_prefix("localhost:") {
            return Some((Ipv4Addr::LOCALHOST, port.parse().ok()?).into());
        }
        text.parse().ok()
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for Vec<String> {
    const FORM: Form = Form::List;
    const NAME: &'static str = "TEXT";
    const EXPECTS: &'static str = "a list of texts";
    fn parse(text: &str) -> Option<Self> {
        Some(text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
    }
    fn show(&self) -> String {
        self.join(",")
    }
}

impl Value for Durability {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "HOW";
    const EXPECTS: &'static str = "fsync or relaxed";
    fn parse(text: &str) -> Option<Self> {
        match text {
            "fsync" => Some(Self::Fsync),
            "relaxed" => Some(Self::PageCache),
            _ => None,
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Fsync => "fsync",
            Self::PageCache => "relaxed",
        }
        .to_owned()
    }
}

const TIME_UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZE_UNITS: [(&str, u64); 5] =
    [("", 1), ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

impl Value for Duration {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "TIME";
    const EXPECTS: &'static str = "a time such as 500ms, 10s, 2m, 1h or 1d";
    fn parse(text: &str) -> Option<Self> {
        with_unit(text, &TIME_UNITS).map(Self::from_millis)
    }
    fn show(&self) -> String {
        let ms = u64::try_from(self.as_millis()).unwrap_or(u64::MAX);
        if ms == 0 { "0s".to_owned() } else { show_unit(ms, &TIME_UNITS) }
    }
}

impl Value for Size {
    const FORM: Form = Form::Text;
    const NAME: &'static str = "SIZE";
    const EXPECTS: &'static str = "a size such as 512B, 64KiB or 1MiB";
    fn parse(text: &str) -> Option<Self> {
        with_unit(text, &SIZE_UNITS).and_then(|n| usize::try_from(n).ok()).map(Self)
    }
    fn show(&self) -> String {
        show_unit(self.0 as u64, &SIZE_UNITS)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn show_unit(n: u64, units: &[(&str, u64)]) -> String {
    let fitting = units.iter().rev().find(|(_, factor)| n >= *factor && n.is_multiple_of(*factor));
    let (unit, factor) = fitting.copied().unwrap_or(("", 1));
    format!("{}{unit}", n / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, ms) in [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h", 3_600_000)] {
            assert_eq!(Duration::parse(text), Some(Duration::from_millis(ms)));
            assert_eq!(Duration::from_millis(ms).show(), text);
        }
        assert_eq!(Duration::parse("90s").map(|d| d.show()), Some("90s".to_owned()));
        for bad in ["10", "", "s", "-1s", "1.5s", "10 parsecs", "99999999999999999999s"] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes() {
        for (text, n) in [("512B", 512), ("64KiB", 65_536), ("1MiB", 1 << 20)] {
            assert_eq!(Size::parse(text), Some(Size(n)));
            assert_eq!(Size(n).show(), text);
        }
        assert_eq!(Size::parse("4096"), Some(Size::kib(4)));
        for bad in ["64KB", "-1", "", "KiB", "1.5MiB"] {
            assert_eq!(Size::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(SocketAddr::parse("localhost:80"), SocketAddr::parse("127.0.0.1:80"));
        assert!(SocketAddr::parse("[::1]:80").is_some());
        for bad in ["7878", ":7878", "127.0.0.1", "example.org:80", "localhost:x"] {
            assert_eq!(SocketAddr::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn off_auto_and_lists() {
        assert_eq!(Option::<usize>::parse("off"), Some(None));
        assert_eq!(Auto::<usize>::parse("auto"), Some(Auto::Auto));
        assert_eq!(Auto::<usize>::parse("3"), Some(Auto::Set(3)));
        let list: Vec<String> = Value::parse("a, b,,c").unwrap();
        assert_eq!(list, ["a", "b", "c"]);
    }
}
