//! The STOMP codec from outside. Test names begin with the row of the behaviour list they prove:
//! F for framing, H for header encoding, L for limits.

mod codec {
    mod body;
    mod framing;
    mod headers;
    mod limits;
    mod properties;
    mod receivers;
    mod support;
}
