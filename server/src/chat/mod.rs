//! The chat behind the destinations: who is present, who types, how often one may speak, which rooms
//! there are. The files here are state machines over `now`; they know no sockets and no store.

pub mod presence;
pub mod rate;
pub mod rooms;
pub mod typing;
