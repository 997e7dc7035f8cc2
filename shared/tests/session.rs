//! The session state machines, with literal bytes in and out. Test names begin with the rows of the
//! behaviour list they prove.

#![allow(clippy::unwrap_used)] // in helpers, which are tests too

mod session {
    mod client;
    mod connect;
    mod errors;
    mod heart_beats;
    mod limits;
    mod receipts;
    mod refusals;
    mod subscriptions;
    mod support;
}
