use super::*;

fn durable(destination: &str) -> Durable {
    Durable::read(destination, None, false, None).unwrap()
}

fn said(on: &str, from: u64) -> Message {
    let headers = [("destination", on), ("message-id", "1"), ("kind", "a")];
    Message::published(&headers, b"", Some(from))
}

fn keeping(durables: &Durables, topic: &str) -> Vec<String> {
    let destination = Destination::parse(topic).unwrap();
    let keys = durables.keeping(&destination, &said(topic, 1));
    let mut keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
    keys.sort();
    keys
}

#[test]
fn one_connection_at_a_time_reads_it() {
    let mut durables = Durables::default();
    let key: Arc<str> = "k".into();
    let news = durable("/topic/news");
    assert_eq!(durables.claim(&key, &news, 1), Ok(Claim::New));
    assert_eq!(durables.claim(&key, &news, 2), Err(Refused::InUse));
    durables.release(&key);
    assert_eq!(durables.claim(&key, &news, 2), Err(Refused::InUse), "it is being stored");
    durables.stored(&key);
    assert_eq!(durables.claim(&key, &durable("/topic/other"), 2), Err(Refused::Different));
    let filtered = Durable::read("/topic/news", Some("a = 'b'"), false, None).unwrap();
    assert_eq!(durables.claim(&key, &filtered, 2), Err(Refused::Different));
    assert_eq!(durables.claim(&key, &news, 2), Ok(Claim::Resumed(None)));
    durables.forget(&key);
    assert!(durables.is_empty());
    assert_eq!(durables.claim(&key, &durable("/topic/other"), 2), Ok(Claim::New));
}

#[test]
fn owners_do_not_meet() {
    let [mina, juno] = ["Mina", "juno"].map(|name| UserName::parse(name).unwrap());
    let keys = [
        key(&mina, "", "a"),
        key(&juno, "", "a"),
        key(&mina, "a", "a"),
        key(&mina, "a b", "c"),
        key(&mina, "a", "b c"),
    ];
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    assert_eq!(key(&mina, "", "a"), key(&UserName::parse("mina").unwrap(), "", "a"));
}

#[test]
fn topics_and_patterns_keep_what_matches() {
    let mut durables = Durables::default();
    durables.restore(&"exact".into(), durable("/topic/a.b"));
    durables.restore(&"wild".into(), durable("/topic/a.*"));
    durables.restore(&"room".into(), durable("/topic/room.study"));
    assert_eq!(durables.topics(), 2);
    assert_eq!(keeping(&durables, "/topic/a.b"), ["exact", "wild"]);
    assert_eq!(keeping(&durables, "/topic/a.c"), ["wild"]);
    assert!(keeping(&durables, "/topic/b").is_empty());
    durables.forget("exact");
    durables.forget("wild");
    assert!(keeping(&durables, "/topic/a.b").is_empty());
    assert_eq!(durables.topics(), 0);
}

#[test]
fn what_is_filtered_is_not_kept() {
    let mut durables = Durables::default();
    let wanted = |selector, no_local| Durable::read("/topic/a", selector, no_local, None).unwrap();
    durables.restore(&"b".into(), wanted(Some("kind = 'b'"), false));
    durables.restore(&"a".into(), wanted(Some("kind = 'a'"), false));
    let own: Arc<str> = "own".into();
    assert_eq!(durables.claim(&own, &wanted(None, true), 1), Ok(Claim::New));
    assert_eq!(keeping(&durables, "/topic/a"), ["a"]);
    durables.release("own");
    assert_eq!(keeping(&durables, "/topic/a"), ["a", "own"], "its reader is not there");
}

#[test]
fn a_room_is_gone_on_with_where_it_was_left() {
    let mut durables = Durables::default();
    let key: Arc<str> = "k".into();
    let room = durable("/topic/room.study");
    assert_eq!(durables.claim(&key, &room, 1), Ok(Claim::New));
    durables.stored(&key);
    durables.advance(&key, "a1b2c3d4.0.7".into());
    durables.release(&key);
    assert_eq!(durables.claim(&key, &room, 1), Ok(Claim::Resumed(Some("a1b2c3d4.0.7".into()))));
}
