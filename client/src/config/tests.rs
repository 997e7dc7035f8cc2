use super::*;

fn nobody() -> Option<String> {
    None
}

/// Loads with a file's text, an environment and flags.
fn load_with(text: &str, vars: &[(&str, &str)], flags: Flags) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let flags = Flags { config: Some(path), ..flags };
    let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    load(&flags, &Surroundings { env: &env, user: &nobody })
}

fn message(text: &str) -> String {
    let e = load_with(text, &[], Flags::default()).unwrap_err();
    assert!(!e.by_flag);
    e.message
}

#[test]
fn nothing_set_gives_the_defaults() {
    let c = load_with("", &[], Flags::default()).unwrap();
    assert_eq!(c.server.as_str(), DEFAULT_SERVER);
    assert_eq!(c.nick, None);
    assert_eq!(c.with_server_idle, Duration::from_secs(60));
    assert_eq!(c.settings, Settings::default());
    assert!(c.settings.notifications.bell);
}

#[test]
fn flag_wins_over_environment_over_file() {
    let file = "server = \"ws://a:1\"\n";
    let env = [("CHAT_TUI_SERVER", "ws://b:2")];
    let flag = || Flags { server: Some("ws://c:3".to_owned()), ..Flags::default() };
    let server = |vars: &[(&str, &str)], flags| {
        load_with(file, vars, flags).unwrap().server.as_str().to_owned()
    };
    assert_eq!(server(&env, flag()), "ws://c:3/ws");
    assert_eq!(server(&env, Flags::default()), "ws://b:2/ws");
    assert_eq!(server(&[], Flags::default()), "ws://a:1/ws");
}

#[test]
fn every_key_of_the_file_is_read() {
    let c = load_with(
        "server = \"ws://h:1\"\nnick = \"mina\"\ndata-dir = \"/tmp/x\"\n\
         with-server-idle = \"5m\"\n[notifications]\nbell = false\n",
        &[],
        Flags::default(),
    )
    .unwrap();
    assert_eq!(c.nick.unwrap().as_str(), "mina");
    assert_eq!(c.data_dir, PathBuf::from("/tmp/x"));
    assert_eq!(c.with_server_idle, Duration::from_secs(300));
    assert!(!c.settings.notifications.bell);
}

#[test]
fn an_unknown_key_is_refused_with_file_line_and_the_nearest() {
    let m = message("nick = \"mina\"\nsevrer = \"ws://h\"\n");
    assert!(
        m.ends_with("config.toml:2: there is no setting `sevrer`; did you mean `server`?"),
        "{m}"
    );
    let m = message("[notifications]\nbel = true\n");
    assert!(m.contains("config.toml:2: ") && m.contains("`notifications.bell`"), "{m}");
    let m = message("[notification]\nbell = true\n");
    assert!(m.contains("config.toml:1: "), "{m}");
}

#[test]
fn a_bad_value_is_refused_with_its_place() {
    let m = message("\nwith-server-idle = \"soon\"\n");
    assert!(m.contains("config.toml:2: `with-server-idle`: a duration is"), "{m}");
    let m = message("nick = [1]\n");
    assert!(m.contains("config.toml:1: `nick` takes a name"), "{m}");
    let m = message("nick = \n");
    assert!(m.contains("config.toml:1: "), "{m}");
    let e = load_with("", &[("CHAT_TUI_SERVER", "http://h")], Flags::default()).unwrap_err();
    assert!(e.message.starts_with("CHAT_TUI_SERVER: a server address begins with"), "{e}");
}

#[test]
fn a_bad_flag_is_told_from_a_bad_file() {
    let flags = Flags { nick: Some("a b".to_owned()), ..Flags::default() };
    let e = load_with("", &[], flags).unwrap_err();
    assert!(e.by_flag && e.message.starts_with("--nick: "), "{e}");
}

#[test]
fn a_file_asked_for_by_name_must_exist() {
    let flags = Flags { config: Some("/nowhere/config.toml".into()), ..Flags::default() };
    let e = load(&flags, &Surroundings { env: &|_| None, user: &nobody }).unwrap_err();
    assert!(!e.by_flag && e.message.contains("/nowhere/config.toml"), "{e}");
}

#[test]
fn the_login_name_is_the_last_resort() {
    let user = || Some("kim.mina".to_owned());
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.toml");
    std::fs::write(&config, "").unwrap();
    let flags = Flags { config: Some(config), ..Flags::default() };
    let c = load(&flags, &Surroundings { env: &|_| None, user: &user }).unwrap();
    assert_eq!(c.nick.unwrap().as_str(), "kim-mina");
}

#[test]
fn the_file_of_all_defaults_gives_the_defaults_as_it_is_and_uncommented() {
    let text = docs::default_file();
    assert_eq!(load_with(&text, &[], Flags::default()), load_with("", &[], Flags::default()));
    let settings = text.split("\n# A profile").next().unwrap().lines();
    let key = |line: &str| line.split(" = ").next().is_some_and(|k| !k.contains(' '));
    let uncommented: Vec<&str> = settings
        .map(|l| l.strip_prefix("# ").filter(|l| l.contains(" = ") && key(l)).unwrap_or(l))
        .filter(|l| !l.ends_with("\"…\""))
        .collect();
    let all = load_with(&uncommented.join("\n"), &[], Flags::default());
    let nothing = load_with("", &[], Flags::default());
    assert_eq!(all.map_err(|e| e.message), nothing.map_err(|e| e.message));
    assert!(uncommented.contains(&"bell = true") && uncommented.contains(&"send = [\"Enter\"]"));
}

#[test]
fn a_profile_counts_above_the_file_and_below_the_environment() {
    let file = "server = \"ws://a:1\"\nnick = \"mina\"\n[profile.work]\nserver = \"ws://b:2\"\n\
                rooms = [\"ops\"]\n[profile.work.ui]\nvi = true\n";
    let with = |profile: Option<&str>, vars: &[(&str, &str)]| {
        let profile = profile.map(str::to_owned);
        load_with(file, vars, Flags { profile, ..Flags::default() })
    };
    assert_eq!(with(None, &[]).unwrap().server.as_str(), "ws://a:1/ws");
    let work = with(Some("work"), &[]).unwrap();
    assert_eq!(work.server.as_str(), "ws://b:2/ws");
    assert_eq!(work.nick.unwrap().as_str(), "mina");
    assert_eq!(work.rooms[0].as_str(), "ops");
    assert!(work.settings.ui.vi);
    let env = [("CHAT_TUI_SERVER", "ws://c:3"), ("CHAT_TUI_PROFILE", "work")];
    let both = with(None, &env).unwrap();
    assert_eq!((both.server.as_str(), both.rooms.len()), ("ws://c:3/ws", 1));
    let e = with(Some("wrok"), &[]).unwrap_err();
    assert!(e.by_flag && e.message.contains("no [profile.wrok] in"), "{e}");
    assert!(e.message.ends_with("it has work"), "{e}");
    assert!(message("[profile.work]\nnikc = \"x\"").contains(":2: there is no setting `nikc`"));
    assert!(message("[profile]\nwork = 1").contains("a profile is a table"));
}

#[test]
fn keys_are_bound_by_the_name_of_the_action() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    let text =
        "[keys]\nhelp = \"Alt-ㅁ\"\nnext-unread = [\"ctrl-g\", \"Ctrl-X Ctrl-G\"]\nredraw = []\n";
    let keys = load_with(text, &[], Flags::default()).unwrap().settings.keys;
    let press = |code, modifiers| KeyEvent::new(code, modifiers);
    let alt_a = press(KeyCode::Char('a'), KeyModifiers::ALT);
    let ctrl = |c| press(KeyCode::Char(c), KeyModifiers::CONTROL);
    assert_eq!(keys.lookup(&alt_a, false), Some(Action::Help), "the key of its Latin letter");
    assert_eq!(keys.lookup(&press(KeyCode::F(1), KeyModifiers::NONE), false), None);
    assert_eq!(keys.lookup(&ctrl('g'), false), Some(Action::NextUnread));
    assert_eq!(keys.lookup(&ctrl('g'), true), Some(Action::NextUnread));
    assert_eq!(keys.lookup(&ctrl('l'), false), None);
    assert_eq!(keys.lookup(&ctrl('q'), false), Some(Action::Quit));
}

#[test]
fn keys_that_cannot_be_are_refused_with_their_line() {
    let refused = |line: &str, why: &str| {
        let m = message(&format!("[keys]\n{line}\n"));
        assert!(m.contains("config.toml:2: `keys.") && m.contains(why), "{m}");
    };
    refused(
        "nxt-unread = \"Alt-G\"",
        "there is no action `nxt-unread`; did you mean `next-unread`?",
    );
    refused("help = \"Hyper-G\"", "`Hyper-G` is no key");
    refused("help = \"g\"", "`g` is text by itself");
    refused("help = \"Ctrl-I\"", "another key (Tab)");
    refused("help = \"Ctrl-1\"", "terminals do not send `Ctrl-1`");
    refused("help = 1.5", "takes a key");
    let m = message("[keys]\nhelp = \"Alt-G\"\nmembers = [\"F2\", \"Alt-ㅎ\"]\n");
    assert!(
        m.contains("config.toml:3: `keys.members`: Alt-G is bound to `help` and to `members`"),
        "{m}"
    );
    let m = message("[keys]\nhelp = \"Ctrl-Q\"\n");
    assert!(m.contains("`help` takes Ctrl-Q, the last key of `quit`"), "{m}");
    assert!(load_with("[keys]\nhelp = \"Ctrl-Q\"\nquit = []\n", &[], Flags::default()).is_ok());
}

#[test]
fn rules_for_notifications_are_read() {
    let text = "[notifications]\nterminal = \"osc777\"\ncommand = [\"notify-send\", \"chat\"]\n\
                every = \"10s\"\nlevel = \"all\"\n[notifications.rooms]\nSTUDY-group = \"nothing\"\n";
    let given = load_with(text, &[], Flags::default()).unwrap().settings.notifications;
    assert_eq!(given.terminal, Some(crate::term::notice::Sequence::Osc777));
    assert_eq!(given.command, ["notify-send", "chat"]);
    assert_eq!(given.every, Duration::from_secs(10));
    assert_eq!(given.level(&RoomName::parse("study-group").unwrap()), Level::Nothing);
    assert_eq!(given.level(&RoomName::parse("other").unwrap()), Level::All);
    assert!(message("[notifications.rooms]\nops = \"loud\"\n").contains("this is \"all\""));
    assert!(message("[notifications.rooms]\n\"a b\" = \"all\"\n").contains(":2: "));
    assert!(message("[notifications]\nbell = \"yes\"\n").contains("takes true or false"));
}

#[test]
fn a_hostile_key_is_shown_harmless() {
    let m = message("\"\\u001b[31m\" = 1\n");
    assert!(!m.contains('\u{1b}'), "{m:?}");
}
