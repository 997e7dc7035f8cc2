//! The session state machines, with literal bytes in and out. Test names begin with the rows of the
//! behaviour list they prove.

#![allow(clippy::unwrap_used)] // in helpers, which are tests too

mod session {
    mod client;
    mod connect;
    mod errors;
    mod heart_beats;
    mod limits;
    mod options;
    mod properties;
    mod receipts;
    mod refusals;
    mod settlement;
    mod subscriptions;
    mod support;
    mod transactions;
    mod unsettled;
    mod unsettled_model;
}
