//! Selector grammar, read from left to right with one token of lookahead:
//!
//! ```text
//! or      = and *("OR" and)
//! and     = not *("AND" not)
//! not     = "NOT" not / "(" or ")" / test
//! test    = operand ("=" / "<>" / "<" / "<=" / ">" / ">=") operand
//!         / operand ["NOT"] "BETWEEN" operand "AND" operand
//!         / header ["NOT"] "IN" "(" literal *("," literal) ")"
//!         / header ["NOT"] "LIKE" string ["ESCAPE" string]
//!         / header "IS" ["NOT"] "NULL"
//! operand = header / literal
//! literal = string / number / "TRUE" / "FALSE"
//! ```

use super::expr::{Comparison, Expr, Literal, Operand};
use super::lex::{Lexer, Token};
use super::like::Like;
use super::{SELECTOR_DEPTH, SELECTOR_TERMS, SelectorError};

type Read<T> = Result<T, SelectorError>;

pub(super) fn parse(text: &str) -> Read<Expr> {
    let mut parser = Parser { lexer: Lexer::new(text)?, depth: 0, terms: 0 };
    let expr = parser.or()?;
    match parser.lexer.token() {
        Token::End => Ok(expr),
        _ => Err(parser.lexer.expected("AND, OR or the end")),
    }
}

/// No header can be named like one.
fn is_keyword(word: &str) -> bool {
    ["AND", "OR", "NOT", "IN", "LIKE", "ESCAPE", "IS", "NULL", "BETWEEN", "TRUE", "FALSE"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    depth: usize,
    terms: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Read<Expr> {
        let mut any = Vec::new();
        loop {
            match self.and()? {
                Expr::Or(inner) => any.extend(inner),
                one => any.push(one),
            }
            if !self.lexer.keyword("OR")? {
                return Ok(one_or(any, Expr::Or));
            }
        }
    }

    fn and(&mut self) -> Read<Expr> {
        let mut all = Vec::new();
        loop {
            match self.not()? {
                Expr::And(inner) => all.extend(inner),
                one => all.push(one),
            }
            if !self.lexer.keyword("AND")? {
                return Ok(one_or(all, Expr::And));
            }
        }
    }

    fn not(&mut self) -> Read<Expr> {
        if self.lexer.keyword("NOT")? {
            let inner = self.deeper(Self::not)?;
            return Ok(Expr::Not(Box::new(inner)));
        }
        if !self.lexer.accept(&Token::Open)? {
            return self.test();
        }
        let inner = self.deeper(Self::or)?;
        self.expect(&Token::Close, "')'")?;
        Ok(inner)
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= SELECTOR_DEPTH {
            let text = format!("a selector is at most {SELECTOR_DEPTH} deep; make it flatter");
            return Err(self.lexer.error(&text));
        }
        self.depth += 1;
        let inner = read(self);
        self.depth -= 1;
        inner
    }

    fn test(&mut self) -> Read<Expr> {
        self.count()?;
        let left = self.operand()?;
        if let Some(comparison) = self.comparison()? {
            let right = self.operand()?;
            return Ok(Expr::Compare { left, comparison, right });
        }
        if self.lexer.keyword("NOT")? {
            let test = self.deeper(|parser| parser.word_test(left))?;
            return Ok(Expr::Not(Box::new(test)));
        }
        if self.lexer.keyword("IS")? {
            let header = self.header(left)?;
            let null = Expr::IsNull { header };
            let negated = self.lexer.keyword("NOT")?;
            if !self.lexer.keyword("NULL")? {
                return Err(self.lexer.expected("NULL"));
            }
            return if negated { self.deeper(|_| Ok(Expr::Not(Box::new(null)))) } else { Ok(null) };
        }
        self.word_test(left)
    }

    /// What may follow NOT.
    fn word_test(&mut self, left: Operand) -> Read<Expr> {
        if self.lexer.keyword("BETWEEN")? {
            let low = self.operand()?;
            if !self.lexer.keyword("AND")? {
                return Err(self.lexer.expected("AND"));
            }
            let high = self.operand()?;
            return Ok(Expr::Between { value: left, low, high });
        }
        if self.lexer.keyword("IN")? {
            let header = self.header(left)?;
            let list = self.list()?;
            return Ok(Expr::In { header, list });
        }
        if self.lexer.keyword("LIKE")? {
            let header = self.header(left)?;
            let like = self.like()?;
            return Ok(Expr::Like { header, like });
        }
        Err(self.lexer.expected("a comparison (=, <>, <, BETWEEN, IN, LIKE, IS NULL ...)"))
    }

    fn comparison(&mut self) -> Read<Option<Comparison>> {
        let comparison = match self.lexer.token() {
            Token::Equal => Comparison::Equal,
            Token::NotEqual => Comparison::NotEqual,
            Token::Less => Comparison::Less,
            Token::LessOrEqual => Comparison::LessOrEqual,
            Token::Greater => Comparison::Greater,
            Token::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => return Ok(None),
        };
        self.lexer.advance()?;
        Ok(Some(comparison))
    }

    fn list(&mut self) -> Read<Vec<Literal>> {
        self.expect(&Token::Open, "'('")?;
        let mut list = Vec::new();
        loop {
            self.count()?;
            match self.operand()? {
                Operand::Literal(literal) => list.push(literal),
                Operand::Header(_) => {
                    return Err(self.lexer.error("the items of IN are strings and numbers"));
                }
            }
            if !self.lexer.accept(&Token::Comma)? {
                self.expect(&Token::Close, "',' or ')'")?;
                return Ok(list);
            }
        }
    }

    fn like(&mut self) -> Read<Like> {
        let pattern = self.string()?;
        let escape = if self.lexer.keyword("ESCAPE")? {
            let escape = self.string()?;
            let mut chars = escape.chars();
            match (chars.next(), chars.next()) {
                (Some(escape), None) => Some(escape),
                _ => return Err(self.lexer.error("ESCAPE takes exactly one character")),
            }
        } else {
            None
        };
        Like::new(&pattern, escape).ok_or_else(|| {
            self.lexer.error("the escape character may stand only before '%', '_' and itself")
        })
    }

    fn string(&mut self) -> Read<String> {
        let Token::Text(text) = self.lexer.token() else {
            return Err(self.lexer.expected("a string in single quotes"));
        };
        let text = text.clone();
        self.lexer.advance()?;
        Ok(text)
    }

    fn operand(&mut self) -> Read<Operand> {
        if self.lexer.keyword("TRUE")? {
            return Ok(Operand::Literal(Literal::Bool(true)));
        }
        if self.lexer.keyword("FALSE")? {
            return Ok(Operand::Literal(Literal::Bool(false)));
        }
        let operand = match self.lexer.token() {
            Token::Word(word) if !is_keyword(word) => Operand::Header((*word).into()),
            Token::Text(text) => Operand::Literal(Literal::Text(text.as_str().into())),
            Token::Number(number) => Operand::Literal(Literal::Number(number.clone())),
            _ => return Err(self.lexer.expected("a header's name, a string or a number")),
        };
        self.lexer.advance()?;
        Ok(operand)
    }

    fn header(&self, operand: Operand) -> Read<Box<str>> {
        match operand {
            Operand::Header(name) => Ok(name),
            Operand::Literal(_) => {
                Err(self.lexer.error("IN, LIKE and IS NULL are for headers, not for literals"))
            }
        }
    }

    fn expect(&mut self, token: &Token<'_>, what: &str) -> Read<()> {
        if self.lexer.accept(token)? { Ok(()) } else { Err(self.lexer.expected(what)) }
    }

    fn count(&mut self) -> Read<()> {
        self.terms += 1;
        if self.terms > SELECTOR_TERMS {
            let text = format!("a selector has at most {SELECTOR_TERMS} comparisons and items");
            return Err(self.lexer.error(&text));
        }
        Ok(())
    }
}

fn one_or(mut exprs: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match exprs.pop() {
        Some(only) if exprs.is_empty() => only,
        last => {
            exprs.extend(last);
            many(exprs)
        }
    }
}
