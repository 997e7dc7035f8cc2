//! A selector's text as tokens.

use super::number::Number;
use super::{SELECTOR_OCTETS, SelectorError};
use crate::text::PeerStr;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    /// Without its quotes.
    Text(String),
    Number(Number),
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    Comma,
    End,
}

impl Token<'_> {
    /// For an error's text.
    fn shown(&self) -> String {
        match self {
            Self::Word(word) => quoted(word),
            Self::Text(_) => "a string".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Equal => "'='".to_owned(),
            Self::NotEqual => "'<>'".to_owned(),
            Self::Less => "'<'".to_owned(),
            Self::LessOrEqual => "'<='".to_owned(),
            Self::Greater => "'>'".to_owned(),
            Self::GreaterOrEqual => "'>='".to_owned(),
            Self::Open => "'('".to_owned(),
            Self::Close => "')'".to_owned(),
            Self::Comma => "','".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Reads one token ahead.
pub(super) struct Lexer<'a> {
    text: &'a str,
    rest: &'a str,
    token: Token<'a>,
    /// Where the token begins, in characters from 1.
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, SelectorError> {
        if text.len() > SELECTOR_OCTETS {
            return Err(SelectorError(format!(
                "a selector has at most {SELECTOR_OCTETS} octets; this one has {}",
                text.len()
            )));
        }
        let mut lexer = Self { text, rest: text, token: Token::End, at: 1 };
        lexer.advance()?;
        Ok(lexer)
    }

    pub(super) fn token(&self) -> &Token<'a> {
        &self.token
    }

    /// Takes the token when it is this one.
    pub(super) fn accept(&mut self, token: &Token<'_>) -> Result<bool, SelectorError> {
        let found = self.token == *token;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the token when it is this keyword, in any case.
    pub(super) fn keyword(&mut self, keyword: &str) -> Result<bool, SelectorError> {
        let found = matches!(self.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Something else should stand where the token is.
    pub(super) fn expected(&self, what: &str) -> SelectorError {
        self.error(&format!("{what} is expected, not {}", self.token.shown()))
    }

    pub(super) fn error(&self, cause: &str) -> SelectorError {
        SelectorError(format!("bad selector at character {}: {cause}", self.at))
    }

    pub(super) fn advance(&mut self) -> Result<(), SelectorError> {
        self.rest = self.rest.trim_start_matches(BLANKS);
        let before = self.text.strip_suffix(self.rest).unwrap_or_default();
        self.at = before.chars().count() + 1;
        self.token = self.read()?;
        Ok(())
    }

    fn read(&mut self) -> Result<Token<'a>, SelectorError> {
        for (sign, token) in SIGNS {
            if let Some(rest) = self.rest.strip_prefix(sign) {
                self.rest = rest;
                return Ok(token);
            }
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            return self.string(rest);
        }
        let digits = self.rest.trim_start_matches(['+', '-']).trim_start_matches('.');
        if digits.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number();
        }
        let (word, rest) = self.split(is_word);
        if word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$')) {
            self.rest = rest;
            return Ok(Token::Word(word));
        }
        match self.rest.chars().next() {
            None => Ok(Token::End),
            Some(c) => {
                let mut octets = [0; 4];
                let c = quoted(c.encode_utf8(&mut octets));
                Err(self.error(&format!("{c} has no meaning there; quote text as in 'red'")))
            }
        }
    }

    /// `rest` begins after the opening quote; two quotes stand for one.
    fn string(&mut self, mut rest: &'a str) -> Result<Token<'a>, SelectorError> {
        let mut text = String::new();
        loop {
            let Some((part, after)) = rest.split_once('\'') else {
                return Err(self.error("the string has no closing quote; add one"));
            };
            text.push_str(part);
            match after.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    rest = after;
                }
                None => {
                    self.rest = after;
                    return Ok(Token::Text(text));
                }
            }
        }
    }

    fn number(&mut self) -> Result<Token<'a>, SelectorError> {
        let (text, rest) = self.split(|c| is_word(c) || c == '+');
        let number = Number::read(text).ok_or_else(|| {
            self.error(&format!("{} is not a number; quote it if it is text", quoted(text)))
        })?;
        self.rest = rest;
        Ok(Token::Number(number))
    }

    fn split(&self, part: impl Fn(char) -> bool) -> (&'a str, &'a str) {
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        self.rest.split_at_checked(end).unwrap_or((self.rest, ""))
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The longer ones first.
const SIGNS: [(&str, Token<'static>); 9] = [
    ("<>", Token::NotEqual),
    ("<=", Token::LessOrEqual),
    (">=", Token::GreaterOrEqual),
    ("<", Token::Less),
    (">", Token::Greater),
    ("=", Token::Equal),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
];

/// What a header's name in a selector is made of; it begins with a letter, `_` or `$`.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.')
}

fn quoted(text: &str) -> String {
    let start: String = text.chars().take(20).collect();
    format!("'{}'", PeerStr::new(&start).line())
}
