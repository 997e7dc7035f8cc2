//! A selector as a tree, and how to write it shortly.

use super::lex::is_word;
use super::like::Like;
use super::number::Number;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// Two or more, none of them an `And`.
    And(Vec<Expr>),
    /// Two or more, none of them an `Or`.
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        left: Operand,
        comparison: Comparison,
        right: Operand,
    },
    Between {
        value: Operand,
        low: Operand,
        high: Operand,
    },
    In {
        header: Box<str>,
        list: Vec<Literal>,
    },
    Like {
        header: Box<str>,
        like: Like,
    },
    IsNull {
        header: Box<str>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Header(Box<str>),
    Literal(Literal),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(Box<str>),
    Number(Number),
    /// The text `true` or `false`.
    Bool(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Expr {
    pub(super) fn text(&self) -> String {
        let mut writer = Writer::default();
        writer.expr(self);
        writer.text
    }
}

/// Puts a blank only between what would otherwise be read as one.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::And(all) => self.joined(all, "AND"),
            Expr::Or(any) => self.joined(any, "OR"),
            Expr::Not(not) => {
                self.put("NOT");
                self.operand_of_not(not);
            }
            Expr::Compare { left, comparison, right } => {
                self.operand(left);
                self.put(comparison.sign());
                self.operand(right);
            }
            Expr::Between { value, low, high } => {
                self.operand(value);
                self.put("BETWEEN");
                self.operand(low);
                self.put("AND");
                self.operand(high);
            }
            Expr::In { header, list } => {
                self.put(header);
                self.put("IN");
                self.put("(");
                for (index, item) in list.iter().enumerate() {
                    if index > 0 {
                        self.put(",");
                    }
                    self.literal(item);
                }
                self.put(")");
            }
            Expr::Like { header, like } => {
                self.put(header);
                self.put("LIKE");
                self.string(&like.pattern);
                if let Some(escape) = like.escape {
                    self.put("ESCAPE");
                    self.string(escape.encode_utf8(&mut [0; 4]));
                }
            }
            Expr::IsNull { header } => {
                self.put(header);
                self.put("IS");
                self.put("NULL");
            }
        }
    }

    fn joined(&mut self, parts: &[Expr], keyword: &str) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.put(keyword);
            }
            match part {
                Expr::Or(_) => self.parenthesised(part),
                part => self.expr(part),
            }
        }
    }

    fn operand_of_not(&mut self, expr: &Expr) {
        match expr {
            Expr::And(_) | Expr::Or(_) => self.parenthesised(expr),
            expr => self.expr(expr),
        }
    }

    fn parenthesised(&mut self, expr: &Expr) {
        self.put("(");
        self.expr(expr);
        self.put(")");
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Header(name) => self.put(name),
            Operand::Literal(literal) => self.literal(literal),
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Text(text) => self.string(text),
            Literal::Number(number) => self.put(&number.text),
            Literal::Bool(true) => self.put("TRUE"),
            Literal::Bool(false) => self.put("FALSE"),
        }
    }

    fn string(&mut self, text: &str) {
        self.put("'");
        self.text.push_str(&text.replace('\'', "''"));
        self.text.push('\'');
    }

    fn put(&mut self, token: &str) {
        if self.text.ends_with(is_word) && token.starts_with(is_word) {
            self.text.push(' ');
        }
        self.text.push_str(token);
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
