//! Who came and went since a message, as one line below it. Whoever came back, or left again, is not
//! in it: what counts is what has changed.

use chat_protocol::chat::UserName;

/// People named in the line; of more, their number.
const NAMED: usize = 3;
/// People remembered of a message.
const MOST: usize = 50;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passing {
    came: Vec<UserName>,
    went: Vec<UserName>,
}

impl Passing {
    pub fn came(&mut self, user: UserName) {
        Self::pass(user, &mut self.came, &mut self.went);
    }

    pub fn went(&mut self, user: UserName) {
        Self::pass(user, &mut self.went, &mut self.came);
    }

    fn pass(user: UserName, here: &mut Vec<UserName>, there: &mut Vec<UserName>) {
        if let Some(at) = there.iter().position(|u| *u == user) {
            there.remove(at);
        } else if here.len() < MOST && !here.contains(&user) {
            here.push(user);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty()
    }

    /// `jun and 민아 joined · 4 left`; safe to show.
    pub fn line(&self) -> String {
        let parts = [(&self.came, "joined"), (&self.went, "left")];
        let parts = parts.into_iter().filter(|(users, _)| !users.is_empty());
        parts
            .map(|(users, what)| format!("{} {what}", names(users)))
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

fn names(users: &[UserName]) -> String {
    let names: Vec<&str> = users.iter().map(UserName::as_str).collect();
    match names.as_slice() {
        [rest @ .., last] if (1..NAMED).contains(&rest.len()) => {
            format!("{} and {last}", rest.join(", "))
        }
        [one] => (*one).to_owned(),
        many => many.len().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: &str) -> UserName {
        UserName::parse(n).expect("a name")
    }

    #[test]
    fn names_are_listed_counted_when_many_and_gone_when_they_come_back() {
        let mut passing = Passing::default();
        passing.came(user("jun"));
        assert_eq!(passing.line(), "jun joined");
        passing.came(user("민아"));
        passing.went(user("bo"));
        assert_eq!(passing.line(), "jun and 민아 joined · bo left");
        passing.came(user("bo"));
        passing.came(user("c"));
        assert_eq!(passing.line(), "jun, 민아 and c joined");
        passing.came(user("d"));
        assert_eq!(passing.line(), "4 joined");
        for name in ["jun", "민아", "c", "d"] {
            passing.went(user(name));
        }
        assert!(passing.is_empty());
        for n in 0..1000 {
            passing.went(user(&format!("n{n}")));
        }
        assert_eq!(passing.line(), "50 left");
    }
}
