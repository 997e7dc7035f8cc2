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
    load(&flags, &env, &nobody)
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
    assert!(c.bell);
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
    assert!(!c.bell);
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
    let e = load(&flags, &|_| None, &nobody).unwrap_err();
    assert!(!e.by_flag && e.message.contains("/nowhere/config.toml"), "{e}");
}

#[test]
fn the_login_name_is_the_last_resort() {
    let user = || Some("kim.mina".to_owned());
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.toml");
    std::fs::write(&config, "").unwrap();
    let flags = Flags { config: Some(config), ..Flags::default() };
    let c = load(&flags, &|_| None, &user).unwrap();
    assert_eq!(c.nick.unwrap().as_str(), "kim-mina");
}
