//! A message as a row of the cache: what is searched and shown has columns, all other fields of the
//! wire's object stay together as JSON, so that a field added there is kept without a word here.

use chat_protocol::chat::{ChatMessage, RoomName};
use rusqlite::Row;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Fields that have a column, or follow from where the row stands.
const COLUMNS: [&str; 6] = ["id", "room", "at", "sender", "kind", "text"];
/// In the order [`read`] takes them.
pub(super) const SELECTED: &str = "id, at, sender, kind, text, more";

/// What has no column; `None`: nothing.
pub(super) fn more(message: &ChatMessage) -> Option<String> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(message) else { return None };
    for column in COLUMNS {
        fields.remove(column);
    }
    (!fields.is_empty()).then(|| Value::Object(fields).to_string())
}

pub(super) fn kind(message: &ChatMessage) -> &'static str {
    message.kind.as_str()
}

/// `None`: what a later version wrote, which is passed over.
pub(super) fn read(room: &RoomName, row: &Row<'_>) -> rusqlite::Result<Option<ChatMessage>> {
    let more: Option<String> = row.get(5)?;
    let more = more.and_then(|json| serde_json::from_str::<Map<String, Value>>(&json).ok());
    let mut fields = more.unwrap_or_default();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("id", row.get::<_, String>(0)?.into());
    set("room", room.as_str().into());
    set("at", row.get::<_, i64>(1)?.into());
    set("sender", row.get::<_, String>(2)?.into());
    set("kind", row.get::<_, String>(3)?.into());
    set("text", row.get::<_, String>(4)?.into());
    Ok(ChatMessage::deserialize(Value::Object(fields)).ok())
}
