//! Two connections of one person and a third person beside them, over SIGKILL of the server at random
//! moments: whoever watched live, whoever came back with `after` and history agree about every
//! message, its edits, reactions and mentions; both connections agree about how far was read, and
//! nothing that was confirmed is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod proof;

use chat_protocol::chat::{ChatMessage, HistoryReply, Kind, MessageId, ReadEvent, RoomsReply};
use chat_protocol::session::ClientEvent;
use proof::Rng;
use proof::client::{Client, Gone};
use proof::process::Server;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 4;
const ACTIONS: u64 = 60;
const PATIENCE: Duration = Duration::from_secs(60);
const TEXTS: [&str; 5] = ["안녕", "@mina 봐", "@jun은?", "@room", "`@jun`"];

/// What one connection knows of the room.
struct Reader {
    name: &'static str,
    client: Client,
    rows: BTreeMap<u64, ChatMessage>,
    last: Option<MessageId>,
    synced: bool,
    read: Option<ReadEvent>,
    answered: HashSet<String>,
    reply: Option<Value>,
    asked: usize,
    /// The newest position whose RECEIPT has come.
    confirmed: u64,
    marks: BTreeMap<String, u64>,
}

fn offset(id: &MessageId) -> u64 {
    id.as_str().rsplit('.').next().unwrap().parse().unwrap()
}

impl Reader {
    fn connect(name: &'static str, server: &Server, before: Option<Self>) -> Self {
        let client = Client::websocket(server.ws, name).unwrap();
        let mut reader = match before {
            Some(before) => Self { client, synced: false, read: None, ..before },
            None => Self {
                name,
                client,
                rows: BTreeMap::new(),
                last: None,
                synced: false,
                read: None,
                answered: HashSet::new(),
                reply: None,
                asked: 0,
                confirmed: 0,
                marks: BTreeMap::new(),
            },
        };
        reader.marks.clear();
        for queue in ["errors", "replies", "reads"] {
            reader.client.subscribe(queue, &format!("/user/queue/{queue}"), &[], None).unwrap();
        }
        let from = match &reader.last {
            Some(id) => ("after", id.as_str().to_owned()),
            None => ("last", "300".to_owned()),
        };
        let headers = [(from.0, from.1.as_str())];
        reader.client.subscribe("room", "/topic/room.study", &headers, None).unwrap();
        reader.until("the replay", |reader| reader.synced);
        reader
    }

    /// Takes what comes until something is so.
    #[track_caller]
    fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < end, "{} waited in vain for {what}", self.name);
            self.pump().unwrap();
        }
    }

    fn pump(&mut self) -> Result<(), Gone> {
        match self.client.poll()? {
            Some(ClientEvent::Receipt { receipt_id, .. }) => {
                if let Some(read) = self.marks.remove(receipt_id.as_str()) {
                    self.confirmed = self.confirmed.max(read);
                }
                self.answered.insert(receipt_id.as_str().to_owned());
            }
            Some(ClientEvent::Message { subscription, headers, body }) => {
                let body: Value = serde_json::from_slice(&body).unwrap();
                match subscription.as_str() {
                    "room" => self.row(body),
                    "reads" => self.read = Some(serde_json::from_value(body).unwrap()),
                    "errors" => {
                        let receipt = headers.get("receipt-id").unwrap().as_str().to_owned();
                        self.answered.insert(receipt);
                    }
                    _ => self.reply = Some(body),
                }
            }
            Some(ClientEvent::Closed(closed)) => return Err(Gone(format!("{closed:?}"))),
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, body: Value) {
        if body["kind"] == "sync" {
            assert_eq!(body["recovered"], true);
            self.synced = true;
            return;
        }
        let row: ChatMessage = serde_json::from_value(body).unwrap();
        self.last = Some(row.id.clone());
        if row.kind == Kind::Message {
            self.rows.insert(offset(&row.id), row);
        } else if let Some(target) = row.target().map(offset) {
            self.rows.get_mut(&target).unwrap().apply(&row);
        }
    }

    /// SEND with a receipt; its name.
    fn send(&mut self, destination: &str, body: &Value) -> String {
        self.asked += 1;
        let receipt = format!("a{}", self.asked);
        let headers = [("content-type", "application/json")];
        self.client.send(destination, &headers, Some(&receipt), body.to_string()).unwrap();
        receipt
    }

    fn ask(&mut self, destination: &str, body: &Value) -> Value {
        self.reply = None;
        self.send(destination, body);
        self.until("a reply", |reader| reader.reply.is_some());
        self.reply.take().unwrap()
    }

    /// Something that a person may do.
    fn act(&mut self, random: &mut Rng) -> String {
        let any = |random: &mut Rng, rows: Vec<&ChatMessage>| {
            rows.get(random.below(rows.len() as u64) as usize).map(|row| row.id.clone())
        };
        let own: Vec<_> =
            self.rows.values().filter(|row| row.sender.as_str() == self.name).collect();
        let (own, one) = (any(random, own), any(random, self.rows.values().collect()));
        let text = TEXTS[random.below(5) as usize];
        let post = match (random.below(8), own, one) {
            (0, Some(id), _) => json!({ "deletes": id }),
            (1 | 2, Some(id), _) => json!({ "edits": id, "text": text }),
            (3, _, Some(id)) => {
                json!({ "reacts_to": id, "emoji": "👍", "on": random.below(3) > 0 })
            }
            (4 | 5, _, Some(id)) => {
                let receipt = self.send("/app/room.study.read", &json!({ "id": id }));
                self.marks.insert(receipt.clone(), offset(&id));
                return receipt;
            }
            _ => json!({ "text": text }),
        };
        self.send("/app/room.study", &post)
    }

    /// Its row of the room list: read, unread, mentions.
    fn listed(&mut self) -> (Option<u64>, Option<u64>, Option<u64>) {
        let list = self.ask("/app/rooms", &json!({}));
        let list: RoomsReply = serde_json::from_value(list).unwrap();
        let room = &list.rooms[0];
        (room.read.as_ref().map(offset), room.unread, room.mentions)
    }

    /// What it shows, those who reacted sorted.
    fn shown(&self) -> Vec<ChatMessage> {
        self.rows.values().cloned().map(sorted).collect()
    }

    /// The same by history.
    fn history(&mut self) -> Vec<ChatMessage> {
        let mut all = Vec::new();
        let mut question = json!({"since": 0, "limit": 300});
        loop {
            let page = self.ask("/app/room.study.history", &question);
            let page: HistoryReply = serde_json::from_value(page).unwrap();
            let last = page.messages.last().map(|row| row.id.clone());
            all.extend(page.messages.into_iter().filter(|row| row.kind == Kind::Message));
            match last {
                Some(id) if page.more_after => question = json!({"after": id, "limit": 300}),
                _ => return all.into_iter().map(sorted).collect(),
            }
        }
    }
}

fn sorted(mut row: ChatMessage) -> ChatMessage {
    row.reactions.iter_mut().for_each(|reactions| reactions.by.sort());
    row
}

fn start(data: &Path) -> Server {
    Server::start(data, 0, 0, &[])
}

#[test]
fn two_of_one_person_and_a_third_agree_over_every_kill() {
    let (mut random, seed) = Rng::from_clock();
    eprintln!("seed {seed}");
    let data = tempfile::tempdir().unwrap();
    let mut server = start(data.path());
    let mut readers = ["mina", "mina", "jun"].map(|name| Reader::connect(name, &server, None));
    for round in 0..ROUNDS {
        for _ in 0..ACTIONS {
            let reader = &mut readers[random.below(3) as usize];
            let receipt = reader.act(&mut random);
            if random.below(4) > 0 {
                reader.until("an answer", |reader| reader.answered.contains(&receipt));
            }
        }
        server.kill();
        // What had come before the end is read still.
        for reader in &mut readers {
            while reader.pump().is_ok() {}
        }
        server = start(data.path());
        readers = readers.map(|reader| Reader::connect(reader.name, &server, Some(reader)));
        let history = readers[0].history();
        assert!(!history.is_empty());
        for reader in &readers {
            assert_eq!(reader.shown(), history, "{} in round {round}", reader.name);
        }
        let confirmed = readers[0].confirmed.max(readers[1].confirmed);
        let lists = [readers[0].listed(), readers[1].listed()];
        assert_eq!(lists[0], lists[1], "round {round}");
        assert!(lists[0].0.unwrap_or(0) >= confirmed, "round {round}: {lists:?} {confirmed}");
        agree_on_the_end(&mut readers);
    }
}

/// One of the two reads to the end; both hear of it.
fn agree_on_the_end(readers: &mut [Reader; 3]) {
    let last = readers[0].last.clone().unwrap();
    let receipt = readers[0].send("/app/room.study.read", &json!({ "id": last }));
    readers[0].marks.insert(receipt, offset(&last));
    for reader in &mut readers[..2] {
        reader.until("the position", |reader| reader.read.as_ref().is_some_and(|r| r.id == last));
        let read = reader.read.as_ref().unwrap();
        assert_eq!((read.unread, read.mentions), (0, 0));
        assert_eq!(reader.listed(), (Some(offset(&last)), Some(0), Some(0)));
    }
}
