//! Settings: which layer wins, what is refused and in which words, and that the page about them is true.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chat_server::config::{Config, Layers, Source, TABLE, docs};
use std::path::PathBuf;
use std::time::Duration;

fn layers(flags: &[(&str, &str)], env: &[(&str, &str)], file: &str) -> (Layers, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, file).unwrap();
    let layers = Layers {
        flags: flags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        env: env.iter().map(|(k, v)| (k.into(), v.into())).collect(),
        file: Some(path),
        default_file: None,
    };
    (layers, dir)
}

fn source_of(key: &str, sources: &[Source]) -> Source {
    let at = TABLE.iter().position(|entry| entry.key() == key).unwrap();
    sources[at].clone()
}

fn refusal(flags: &[(&str, &str)], env: &[(&str, &str)], file: &str) -> String {
    let (layers, dir) = layers(flags, env, file);
    let error = layers.load().expect_err("this must be refused").to_string();
    error.replace(dir.path().to_str().unwrap(), "DIR")
}

#[test]
fn a_flag_wins_over_the_environment() {
    let env = [("CHAT_SERVER_HEART_BEAT", "20s")];
    let (l, _dir) = layers(&[("heart-beat", "30s")], &env, "heart-beat = \"15s\"");
    let loaded = l.load().unwrap();
    assert_eq!(loaded.config.heart_beat, Duration::from_secs(30));
    assert_eq!(source_of("heart-beat", &loaded.sources), Source::Flag("heart-beat".into()));
}

#[test]
fn the_environment_wins_over_the_file() {
    let env = [("CHAT_SERVER_HEART_BEAT", "20s")];
    let (l, _dir) = layers(&[], &env, "heart-beat = \"15s\"");
    let loaded = l.load().unwrap();
    assert_eq!(loaded.config.heart_beat, Duration::from_secs(20));
    assert_eq!(source_of("heart-beat", &loaded.sources).to_string(), "CHAT_SERVER_HEART_BEAT");
}

#[test]
fn the_file_wins_over_the_default() {
    let (l, _dir) = layers(&[], &[], "# a comment\nheart-beat = \"15s\"\n");
    let loaded = l.load().unwrap();
    assert_eq!(loaded.config.heart_beat, Duration::from_secs(15));
    let source = source_of("heart-beat", &loaded.sources).to_string();
    assert!(source.ends_with("config.toml:2"), "{source}");
}

#[test]
fn defaults_hold_when_nothing_is_said() {
    let (l, _dir) = layers(&[], &[("CHAT_SERVER_HEART_BEAT", ""), ("HOME", "/x")], "");
    let loaded = l.load().unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.sources.iter().all(|source| *source == Source::Default));
    assert!(loaded.warnings.is_empty());
}

#[test]
fn every_type_is_read_at_every_level() {
    let origins = "https://a.example,https://b.example";
    let cases = [
        ("listen", "127.0.0.1:9", "\"127.0.0.1:9\""),
        ("stomp-listen", "[::1]:9", "\"[::1]:9\""),
        ("data-dir", "/var/chat", "\"/var/chat\""),
        ("open", "true", "true"),
        ("exit-when-idle", "1m", "\"1m\""),
        ("allow-origin", origins, "[\"https://a.example\", \"https://b.example\"]"),
        ("durability", "relaxed", "\"relaxed\""),
        ("shards", "3", "3"),
        ("max-frame", "1MiB", "\"1MiB\""),
        ("max-headers", "7", "7"),
        ("user-rate", "2.5", "2.5"),
    ];
    for (key, text, toml) in cases {
        let env = format!("CHAT_SERVER_{}", key.replace('-', "_").to_uppercase());
        let shown = |l: Layers| {
            let entry = TABLE.iter().find(|entry| entry.key() == key).unwrap();
            (entry.show)(&l.load().unwrap_or_else(|e| panic!("{key}: {e}")).config)
        };
        let (l, _dir) = layers(&[(key, text)], &[], "");
        assert_eq!(shown(l), text, "flag {key}");
        let (l, _dir) = layers(&[], &[(&env, text)], "");
        assert_eq!(shown(l), text, "environment {key}");
        let (l, _dir) = layers(&[], &[], &format!("{key} = {toml}"));
        assert_eq!(shown(l), text, "file {key}");
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest_one() {
    let error = refusal(&[], &[], "open = true\nstomp-lisen = \"127.0.0.1:1\"\n");
    let expected = "DIR/config.toml:2: unknown key \"stomp-lisen\", did you mean stomp-listen?";
    assert_eq!(error, expected);
    let error = refusal(&[], &[], "[limits]\nframe = 1");
    assert!(error.starts_with("DIR/config.toml:1: unknown key \"limits\""), "{error}");
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    let error = refusal(&[], &[], "\nopen = \"yes\"\n");
    assert_eq!(error, "DIR/config.toml:2: open cannot be \"\\\"yes\\\"\", write true or false");
    let error = refusal(&[], &[], "heart-beat = 10");
    let expected = "DIR/config.toml:1: heart-beat cannot be \"10\", write a time";
    assert!(error.starts_with(expected), "{error}");
    let error = refusal(&[], &[("CHAT_SERVER_SHARDS", "many")], "");
    assert!(error.starts_with("CHAT_SERVER_SHARDS: shards cannot be \"many\""), "{error}");
}

#[test]
fn a_broken_or_huge_file_is_refused() {
    let error = refusal(&[], &[], "open = true\nopen = true\n");
    assert!(error.starts_with("DIR/config.toml:2: "), "{error}");
    let error = refusal(&[], &[], "open = \n");
    assert!(error.starts_with("DIR/config.toml:1: "), "{error}");
    let huge = format!("log-level = \"{}\"", "x".repeat(1 << 20));
    assert!(refusal(&[], &[], &huge).contains("larger than 1 MiB"));
}

#[test]
fn a_named_file_must_exist_and_the_default_one_need_not() {
    let nowhere = PathBuf::from("/nonexistent/config.toml");
    let named = Layers { file: Some(nowhere.clone()), ..Layers::default() };
    assert!(named.load().unwrap_err().to_string().contains("there is no such file"));
    let by_env = Layers {
        env: vec![("CHAT_SERVER_CONFIG".into(), nowhere.clone().into())],
        ..Layers::default()
    };
    assert!(by_env.load().is_err());
    let default = Layers { default_file: Some(nowhere), ..Layers::default() };
    assert_eq!(default.load().unwrap().config, Config::default());
}

#[test]
fn foreign_names_in_the_environment_are_only_warned_about() {
    let (l, _dir) = layers(&[], &[("CHAT_SERVER_MAX_FRAM", "1MiB")], "");
    let warnings = l.load().unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("did you mean max-frame?"), "{warnings:?}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    assert!(refusal(&[("heart-beat-min", "20s")], &[], "").contains("heart-beat must lie between"));
    assert!(refusal(&[("max-text", "1MiB")], &[], "").contains("max-text"));
    for (key, value) in [
        ("max-history", "301"),
        ("max-history-size", "1MiB"),
        ("max-request-head", "4KiB"),
        ("heart-beat-tolerance", "0.5"),
    ] {
        assert!(refusal(&[(key, value)], &[], "").starts_with(key), "{key}");
    }
}

#[test]
fn bounds_reach_those_who_keep_them() {
    let (l, _dir) = layers(&[("heart-beat-tolerance", "4"), ("max-history", "7")], &[], "");
    let settings = l.load().unwrap().config.server_settings();
    assert_eq!((settings.protocol.heart_beat.tolerance, settings.history), (4.0, 7));
    assert!(settings.protocol.server_name.is_some());
    let (l, _dir) = layers(&[("server-header", "false")], &[], "");
    assert_eq!(l.load().unwrap().config.server_settings().protocol.server_name, None, "C10");
}

#[test]
fn what_is_in_force_is_a_file_that_gives_the_same_again() {
    let flags =
        [("allow-host", "a.example,b.example"), ("shards", "2"), ("data-dir", "/a \"b\"\\")];
    let (l, _dir) = layers(&flags, &[], "open = true");
    let loaded = l.load().unwrap();
    let (again, _dir) = layers(&[], &[], &docs::effective(&loaded));
    assert_eq!(again.load().unwrap().config, loaded.config);
}

#[test]
fn the_defaults_are_those_the_parts_have_themselves() {
    let ours = Config::default().server_settings();
    let theirs = chat_server::Settings::default();
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

/// `UPDATE_DOCS=1 cargo test -p chat-server --test config` rewrites the page.
#[test]
fn the_page_about_settings_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configure.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, docs::page()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(page == docs::page(), "docs/configure.md is stale: run this test with UPDATE_DOCS=1");
}
