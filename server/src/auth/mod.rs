//! Who may do what. There is one question, and nothing is delivered or stored without its answer.
//! While there are no accounts the answer does not depend on who asks.

use chat_protocol::chat::{Destination, UserName};
use chat_protocol::code::Code;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Send,
    Subscribe,
}

/// A fatal code ends the connection, any other leaves it sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: Code,
    pub message: &'static str,
}

/// The contract's table of destinations.
pub fn authorise(
    _account: &UserName,
    action: Action,
    destination: &Destination,
) -> Result<(), Refusal> {
    use Destination as D;
    let (code, message) = match (action, destination) {
        (_, D::Queue(_) | D::TempQueue(_)) | (Action::Send, D::ReplyQueue(_)) => return Ok(()),
        (Action::Subscribe, D::ReplyQueue(_)) => (
            Code::BadDestination,
            "a reply queue is read by its owner, at /temp-queue/...; /reply-queue/... takes SEND only",
        ),
        (_, D::Room(_) | D::AppRooms | D::Topic(_) | D::UserQueue(_)) => return Ok(()),
        (Action::Subscribe, D::Pattern(_)) => return Ok(()),
        (Action::Send, D::Pattern(_)) => {
            (Code::BadDestination, "wildcards are for SUBSCRIBE; send to one destination")
        }
        (Action::Send, D::PersonQueue { .. }) => return Ok(()),
        (Action::Subscribe, D::PersonQueue { .. }) => (
            Code::BadDestination,
            "one's own messages are read at /user/queue/...; /user/NAME/queue/... takes SEND only",
        ),
        (Action::Send, D::AppRoom(_) | D::AppTyping(_) | D::AppHistory(_) | D::AppRead(_)) => {
            return Ok(());
        }
        (Action::Send, D::AppMentions | D::AppSearch) => return Ok(()),
        (Action::Send, D::RoomTyping(_)) => (
            Code::Forbidden,
            "only the server writes to a typing topic; send {} to /app/room.NAME.typing",
        ),
        (Action::Send, D::RoomPresence(_) | D::Rooms) => {
            (Code::Forbidden, "only the server writes to this topic; subscribe to it instead")
        }
        (Action::Send, D::Replies | D::Errors | D::Reads) => (
            Code::BadDestination,
            "the server alone writes to /user/queue/...; send to /topic/... or /app/...",
        ),
        (Action::Subscribe, D::RoomPresence(_) | D::RoomTyping(_) | D::Rooms) => return Ok(()),
        (Action::Subscribe, D::Replies | D::Errors | D::Reads) => return Ok(()),
        (
            Action::Subscribe,
            D::AppRoom(_)
            | D::AppTyping(_)
            | D::AppHistory(_)
            | D::AppRead(_)
            | D::AppMentions
            | D::AppSearch,
        ) => (
            Code::BadDestination,
            "/app/... but /app/rooms takes SEND only; subscribe to /topic/room.NAME or /user/queue/replies",
        ),
    };
    Err(Refusal { code, message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_protocol::code::Code::{BadDestination, Forbidden};

    #[test]
    fn the_contract_s_table_cell_by_cell() {
        // destination, SEND, SUBSCRIBE
        let table = [
            ("/topic/room.a", None, None),
            ("/app/room.a", None, Some(BadDestination)),
            ("/topic/room.a.presence", Some(Forbidden), None),
            ("/topic/room.a.typing", Some(Forbidden), None),
            ("/app/room.a.typing", None, Some(BadDestination)),
            ("/app/room.a.history", None, Some(BadDestination)),
            ("/app/rooms", None, None),
            ("/topic/rooms", Some(Forbidden), None),
            ("/user/queue/replies", Some(BadDestination), None),
            ("/user/queue/reads", Some(BadDestination), None),
            ("/app/room.a.read", None, Some(BadDestination)),
            ("/app/mentions", None, Some(BadDestination)),
            ("/app/search", None, Some(BadDestination)),
            ("/user/queue/errors", Some(BadDestination), None),
            ("/topic/anything", None, None),
            ("/queue/a", None, None),
            ("/queue/a.*", Some(BadDestination), None),
            ("/temp-queue/a", None, None),
            ("/reply-queue/a", None, Some(BadDestination)),
            ("/user/queue/a", None, None),
            ("/user/juno/queue/a", None, Some(BadDestination)),
            ("/topic/a.*", Some(BadDestination), None),
        ];
        let mina = UserName::parse("mina").unwrap();
        for (text, send, subscribe) in table {
            let destination = Destination::parse_source(text).unwrap();
            let code = |action| authorise(&mina, action, &destination).err().map(|r| r.code);
            assert_eq!(code(Action::Send), send, "SEND {text}");
            assert_eq!(code(Action::Subscribe), subscribe, "SUBSCRIBE {text}");
        }
    }
}
