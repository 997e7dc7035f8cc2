use crate::harness::{App, room};
use chat_protocol::chat::ChatEvent;
use chat_tui::app::state::{Place, SubState};
use chat_tui::app::{Effect, Msg, Remembered};
use chat_tui::net::{Command, Event, Start, Target};

fn topic(name: &str) -> Place {
    Place::Topic(name.to_owned())
}

fn follow(name: &str) -> Command {
    let target = Target::Topic(name.to_owned());
    Command::Subscribe { target, start: Start::Last(0), unseen: false }
}

fn plain(app: &mut App, name: &str, text: &str) {
    let event = ChatEvent::Plain {
        destination: name.into(),
        headers: Default::default(),
        body: text.as_bytes().to_vec().into(),
    };
    app.net(Event::Chat { target: Target::Topic(name.to_owned()), event });
}

#[test]
fn an_unknown_command_is_one_line_with_the_nearest_and_loses_nothing() {
    let mut app = App::joined(&["a"]);
    app.enter("/jion study");
    assert_eq!(
        app.notice(),
        "there is no /jion; did you mean /join ROOM? (//jion sends it as text)"
    );
    assert_eq!(app.draft(), "/jion study");
    app.ctrl('u');
    app.enter("/usr/local/bin");
    assert!(app.notice().starts_with("there is no /usr/local/bin; /help lists"));
    assert_eq!(app.sends(), []);
}

#[test]
fn a_bad_name_says_what_names_are() {
    let mut app = App::joined(&["a"]);
    app.enter("/join two words");
    assert!(app.notice().contains("a space is not allowed"), "{}", app.notice());
    app.ctrl('u');
    app.enter("/join");
    assert!(app.notice().contains("cannot be empty"));
}

#[test]
fn every_subscription_is_listed_with_its_state_or_the_reason_of_its_refusal() {
    let mut app = App::joined(&["a"]);
    app.net(Event::SubscriptionRefused {
        target: Target::Typing(room("a")),
        code: "forbidden".into(),
        message: "no\u{7}".into(),
    });
    app.enter("/subs");
    let popup = app.state.popup.expect("it is shown");
    let line = |l: &str, r: &str| (l.to_owned(), r.to_owned());
    assert_eq!(
        popup.lines(&app.state),
        [
            line("/topic/rooms", "waiting"),
            line("/user/queue/reads", "waiting"),
            line("/topic/room.a", "live"),
            line("/topic/room.a.presence", "waiting"),
            line("/topic/room.a.typing", "refused: no␇ (forbidden)"),
        ]
    );
    app.offline();
    let room_a = Target::Room(room("a"));
    let state = app.state.subscriptions.iter().find(|s| s.target == room_a).unwrap();
    assert_eq!(state.state, SubState::Waiting);
}

#[test]
fn a_plain_topic_is_a_read_only_room() {
    let mut app = App::joined(&["a"]);
    app.enter("/sub /topic/builds");
    assert_eq!(app.selected(), "/topic/builds");
    let effects = app.take();
    assert!(effects.contains(&Effect::Net(follow("/topic/builds"))), "{effects:?}");
    let remembered = Effect::SaveRoom { place: topic("/topic/builds"), read: None };
    assert!(effects.contains(&remembered), "{effects:?}");
    plain(&mut app, "/topic/builds", "build 1 \u{1b}[31mfailed");
    plain(&mut app, "/topic/builds", "build 1 \u{1b}[31mfailed");
    assert_eq!(app.rows()[1..], ["09:00 |build 1 ␛[31mfailed", "|build 1 ␛[31mfailed"]);
    app.enter("hello");
    assert_eq!(app.draft(), "hello");
    assert!(app.notice().contains("read-only"), "{}", app.notice());
    app.ctrl('u');
    app.enter("/join a");
    plain(&mut app, "/topic/builds", "ok");
    assert_eq!(app.state.rooms.get(&topic("/topic/builds")).unwrap().unread, 1);
    app.take();
    app.enter("/unsub /topic/builds");
    assert_eq!(app.state.rooms.get(&topic("/topic/builds")).map(|r| r.unread), None);
    let target = Target::Topic("/topic/builds".into());
    let forgotten = Effect::ForgetRoom { place: topic("/topic/builds") };
    assert_eq!(app.take(), [forgotten, Effect::Net(Command::Unsubscribe { target })]);
}

#[test]
fn a_topic_is_followed_again_at_the_next_start() {
    let mut app = App::new();
    let builds = Remembered { place: topic("/topic/builds"), read: None };
    app.msg(Msg::Start { rooms: vec![builds], select: None });
    assert!(app.commands().contains(&follow("/topic/builds")));
    assert_eq!(app.selected(), "/topic/builds");
}

#[test]
fn only_plain_topics_can_be_subscribed_so() {
    let mut app = App::joined(&["a"]);
    for (destination, hint) in [
        ("/topic/room.b", "b is a room: /join b"),
        ("/topic/rooms", "such as /topic/builds"),
        ("/queue/x", "such as /topic/builds"),
        ("builds", "/sub /topic/NAME"),
        ("", "/sub /topic/NAME"),
    ] {
        app.ctrl('u');
        app.enter(&format!("/sub {destination}"));
        assert!(app.notice().contains(hint), "{destination}: {}", app.notice());
    }
    assert_eq!(app.state.rooms.len(), 1);
}

#[test]
fn leaving_a_room_with_something_unsent_is_refused() {
    let mut app = App::joined(&["a"]);
    app.enter("on its way");
    app.enter("/leave");
    assert_eq!(app.notice(), "a has messages that are not sent (1): wait, or /discard");
    assert_eq!(app.state.rooms.len(), 1);
}
