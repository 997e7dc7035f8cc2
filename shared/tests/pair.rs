//! Both ends against each other on a virtual clock, over a wire that delays, splits and loses.
//! Every run prints its seed; `PAIR_SEED=n` runs that one alone.

#![allow(clippy::unwrap_used)] // in helpers, which are tests too

mod pair {
    mod conversation;
    mod link;
    mod silence;
    mod wire;
}
