//! A nick from the login name of the system, whatever characters that has.

use chat_protocol::chat::UserName;

/// Characters no name may have become `-`; `None` when nothing is left.
pub fn from_system(login: &str) -> Option<UserName> {
    let fit = |c: char| c == '-' || UserName::parse(c.encode_utf8(&mut [0; 4])).is_ok();
    let shown: String = login.chars().map(|c| if fit(c) { c } else { '-' }).collect();
    let shown = shown.trim_matches('-');
    // The longest beginning that the rules allow: they bound graphemes and bytes.
    let mut end = shown.len();
    loop {
        match UserName::parse(shown.get(..end)?) {
            Ok(name) => return Some(name),
            Err(_) => end = shown.get(..end)?.char_indices().next_back()?.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nick(login: &str) -> Option<String> {
        from_system(login).map(|n| n.as_str().to_owned())
    }

    #[test]
    fn unfit_characters_become_hyphens() {
        assert_eq!(nick("mina"), Some("mina".to_owned()));
        assert_eq!(nick("mina.kim@example"), Some("mina-kim-example".to_owned()));
        assert_eq!(nick("민아 김"), Some("민아-김".to_owned()));
        assert_eq!(nick("_svc"), Some("_svc".to_owned()));
    }

    #[test]
    fn a_name_never_begins_with_a_hyphen_and_may_come_to_nothing() {
        assert_eq!(nick(".hidden"), Some("hidden".to_owned()));
        assert_eq!(nick("..."), None);
        assert_eq!(nick(""), None);
    }

    #[test]
    fn a_long_login_is_cut_to_a_name() {
        assert_eq!(nick(&"가".repeat(80)).map(|n| n.chars().count()), Some(32));
    }
}
