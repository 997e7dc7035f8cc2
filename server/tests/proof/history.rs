//! A room's history, read from outside through `/app/room.{room}.history`.

use super::client::{Client, Gone};
use chat_protocol::chat::{HistoryReply, MessageId};
use chat_protocol::session::ClientEvent;
use std::time::Duration;

/// One stored message, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: MessageId,
    pub key: String,
}

/// Everything after `after`, oldest first; the client must be subscribed to `/user/queue/replies`.
pub fn after(
    client: &mut Client,
    room: &str,
    mut after: Option<MessageId>,
) -> Result<Vec<Line>, Gone> {
    let mut all = Vec::new();
    for n in 0.. {
        let correlation = format!("h{n}");
        let body = match &after {
            Some(id) => format!(r#"{{"after":"{id}","limit":300}}"#),
            None => r#"{"since":0,"limit":300}"#.to_owned(),
        };
        client.send(
            &format!("/app/room.{room}.history"),
            &[("correlation-id", &correlation), ("content-type", "application/json")],
            None,
            body,
        )?;
        let event = client.until(Duration::from_secs(20), |e| match e {
            ClientEvent::Message { headers, .. } => {
                headers.get("correlation-id").is_some_and(|c| c.as_str() == correlation)
            }
            _ => false,
        })?;
        let ClientEvent::Message { body, .. } = event else { continue };
        let page: HistoryReply =
            serde_json::from_slice(&body).map_err(|e| Gone(format!("history: {e}")))?;
        for m in page.messages {
            after = Some(m.id.clone());
            let key = m.key.map(|k| k.as_str().to_owned()).unwrap_or_default();
            all.push(Line { id: m.id, key });
        }
        if !page.more_after {
            break;
        }
    }
    Ok(all)
}
