//! What the store keeps of queues and durable subscriptions, and how it changes: plain data, written
//! by the log's one writer. Knows neither consumers nor who may read what.

use super::{AppendError, Appended, Record};
use bytes::Bytes;
use chat_protocol::stomp::Headers;
use rusqlite::{Connection, Row, params};
use std::sync::Arc;

/// What is committed as one: all of it or nothing.
pub struct Batch {
    /// Messages and topics only, which are not turned down one by one.
    pub records: Vec<Record>,
    pub ops: Vec<QueueOp>,
    /// Called on the log's own thread, after the follower has seen the records, in the order of
    /// commits. Must not block. Not called any more when the log is closed first.
    pub decided: Box<dyn FnMut(Decision<'_>) + Send>,
}

/// What became of a [`Batch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// One answer per record; none when it had been in doubt.
    Committed(&'a [Appended]),
    Refused(AppendError),
    /// The store failed while it was writing. Another decision follows when it works again.
    InDoubt,
}

/// What the store held when it was opened.
#[derive(Debug, Default)]
pub struct StoredQueues {
    /// In the order of their places.
    pub messages: Vec<StoredMessage>,
    pub durables: Vec<StoredDurable>,
}

/// One durable subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDurable {
    /// Names it and its owner; also the queue that holds what it has not read.
    pub key: Arc<str>,
    pub destination: Arc<str>,
    pub selector: Option<Arc<str>>,
    pub no_local: bool,
    /// In a room: the id of the last message it is done with, or a place in the log.
    pub position: Option<Arc<str>>,
}

/// One stored message of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Names it, for as long as it is stored.
    pub row: u64,
    /// Its order in the queue.
    pub place: u64,
    pub queue: Arc<str>,
    pub message_id: Arc<str>,
    pub destination: Arc<str>,
    pub headers: Headers,
    pub body: Bytes,
    pub persistent: bool,
    /// How often it has been handed out.
    pub deliveries: u32,
}

/// One change of the stored queues. Changing or removing a row that is not there does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueOp {
    Put(StoredMessage),
    Count {
        row: u64,
        deliveries: u32,
    },
    /// To another queue, where it has not been handed out yet.
    Move {
        row: u64,
        queue: Arc<str>,
        place: u64,
    },
    Remove {
        row: u64,
    },
    /// Created, or created again.
    Subscribe(StoredDurable),
    /// A durable subscription has come so far in its room.
    Advance {
        key: Arc<str>,
        position: Arc<str>,
    },
    /// A durable subscription is deleted. What its queue holds is removed row by row.
    Forget {
        key: Arc<str>,
    },
}

impl Batch {
    /// What it weighs while it waits, roughly.
    pub(super) fn size(&self) -> usize {
        self.records.iter().map(Record::size).sum::<usize>()
            + self.ops.iter().map(QueueOp::size).sum::<usize>()
    }
}

impl QueueOp {
    fn size(&self) -> usize {
        let text = match self {
            Self::Put(message) => {
                let headers = message.headers.iter();
                let headers = headers.map(|(n, v)| n.as_str().len() + v.as_str().len());
                message.body.len() + headers.sum::<usize>()
            }
            _ => 0,
        };
        text + 256
    }
}

/// Applies one change within a transaction.
pub(super) fn apply(conn: &Connection, op: &QueueOp) -> rusqlite::Result<()> {
    match op {
        QueueOp::Put(m) => put(conn, m)?,
        QueueOp::Count { row, deliveries } => conn
            .prepare_cached("UPDATE queue_messages SET deliveries = ?2 WHERE id = ?1")?
            .execute(params![row, deliveries])?,
        QueueOp::Move { row, queue, place } => conn
            .prepare_cached(
                "UPDATE queue_messages SET queue = ?2, place = ?3, deliveries = 0 WHERE id = ?1",
            )?
            .execute(params![row, queue, place])?,
        QueueOp::Remove { row } => {
            conn.prepare_cached("DELETE FROM queue_messages WHERE id = ?1")?.execute([row])?
        }
        QueueOp::Subscribe(durable) => conn
            .prepare_cached("INSERT OR REPLACE INTO durables VALUES(?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                durable.key,
                durable.destination,
                durable.selector,
                durable.no_local,
                durable.position
            ])?,
        QueueOp::Advance { key, position } => conn
            .prepare_cached("UPDATE durables SET position = ?2 WHERE key = ?1")?
            .execute(params![key, position])?,
        QueueOp::Forget { key } => {
            conn.prepare_cached("DELETE FROM durables WHERE key = ?1")?.execute([key])?
        }
    };
    Ok(())
}

fn put(conn: &Connection, message: &StoredMessage) -> rusqlite::Result<usize> {
    let headers: Vec<_> = message.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let headers = serde_json::to_string(&headers)
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    conn.prepare_cached("INSERT INTO queue_messages VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute(params![
            message.row,
            message.queue,
            message.place,
            message.message_id,
            message.destination,
            headers,
            &message.body[..],
            message.persistent,
            message.deliveries
        ])
}

/// Everything that is stored.
pub(super) fn load(conn: &Connection) -> rusqlite::Result<StoredQueues> {
    let messages = conn
        .prepare("SELECT * FROM queue_messages ORDER BY place")?
        .query_map([], message)?
        .collect::<rusqlite::Result<_>>()?;
    let durables = conn
        .prepare("SELECT * FROM durables ORDER BY key")?
        .query_map([], |row| {
            Ok(StoredDurable {
                key: row.get(0)?,
                destination: row.get(1)?,
                selector: row.get(2)?,
                no_local: row.get(3)?,
                position: row.get(4)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(StoredQueues { messages, durables })
}

fn message(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(row.get_ref(5)?.as_str()?).map_err(|e| super::row::misread(5, e))?;
    let mut headers = Headers::new();
    for (name, value) in &pairs {
        headers.push(name, value);
    }
    let body: Vec<u8> = row.get(6)?;
    Ok(StoredMessage {
        row: row.get(0)?,
        queue: row.get(1)?,
        place: row.get(2)?,
        message_id: row.get(3)?,
        destination: row.get(4)?,
        headers,
        body: body.into(),
        persistent: row.get(7)?,
        deliveries: row.get(8)?,
    })
}
