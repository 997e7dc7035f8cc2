//! What a selector says of a message: true, false, or (`None`) neither, by the rules of SQL. A test
//! is neither when a header it needs is missing, or is no number and is compared with one.

use super::expr::{Comparison, Expr, Literal, Operand};
use super::number::Value;
use std::cmp::Ordering;

impl Expr {
    pub(super) fn truth<'h, H>(&self, header: &H) -> Option<bool>
    where
        H: Fn(&str) -> Option<&'h str>,
    {
        match self {
            Self::And(all) => unless(false, all.iter().map(|expr| expr.truth(header))),
            Self::Or(any) => unless(true, any.iter().map(|expr| expr.truth(header))),
            Self::Not(expr) => expr.truth(header).map(|truth| !truth),
            Self::Compare { left, comparison, right } => {
                let order = left.term(header)?.compare(right.term(header)?)?;
                Some(comparison.holds(order))
            }
            Self::Between { value, low, high } => {
                let (value, low, high) = (value.term(header), low.term(header), high.term(header));
                let at_least = value.zip(low).and_then(|(v, l)| v.compare(l)).map(Ordering::is_ge);
                let at_most = value.zip(high).and_then(|(v, h)| v.compare(h)).map(Ordering::is_le);
                unless(false, [at_least, at_most].into_iter())
            }
            Self::In { header: name, list } => {
                let value = Term::Header(header(name)?);
                let equals = |item: &Literal| value.compare(item.term()).map(Ordering::is_eq);
                unless(true, list.iter().map(equals))
            }
            Self::Like { header: name, like } => Some(like.matches(header(name)?)),
            Self::IsNull { header: name } => Some(header(name).is_none()),
        }
    }
}

/// `decisive` when one of them is; else neither when one is neither; else the opposite.
fn unless(decisive: bool, truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(!decisive);
    for truth in truths {
        match truth {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

#[derive(Clone, Copy)]
enum Term<'a> {
    Header(&'a str),
    Text(&'a str),
    Number(Value),
}

impl Term<'_> {
    /// A number makes the other side one. Two headers are compared as numbers when both are, all
    /// else as text by its characters. `None`: they cannot be compared.
    fn compare(self, other: Term<'_>) -> Option<Ordering> {
        match (self, other) {
            (Term::Number(left), right) => Some(left.compare(right.number()?)),
            (left, Term::Number(right)) => Some(left.number()?.compare(right)),
            (Term::Header(left), Term::Header(right)) => {
                match Value::read(left).zip(Value::read(right)) {
                    Some((left, right)) => Some(left.compare(right)),
                    None => Some(left.cmp(right)),
                }
            }
            (Term::Header(l) | Term::Text(l), Term::Header(r) | Term::Text(r)) => Some(l.cmp(r)),
        }
    }

    fn number(self) -> Option<Value> {
        match self {
            Term::Header(text) | Term::Text(text) => Value::read(text),
            Term::Number(number) => Some(number),
        }
    }
}

impl Operand {
    fn term<'a, 'h: 'a>(&'a self, header: &impl Fn(&str) -> Option<&'h str>) -> Option<Term<'a>> {
        match self {
            Self::Header(name) => header(name).map(Term::Header),
            Self::Literal(literal) => Some(literal.term()),
        }
    }
}

impl Literal {
    fn term(&self) -> Term<'_> {
        match self {
            Self::Text(text) => Term::Text(text),
            Self::Number(number) => Term::Number(number.value),
            Self::Bool(true) => Term::Text("true"),
            Self::Bool(false) => Term::Text("false"),
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
