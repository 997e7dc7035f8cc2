//! Frames to bytes, escaped for the receiver's version.

use super::{Frame, Version};
use bytes::Bytes;

/// Encodes a whole frame, NUL included, `content-length` computed when there is a body (and for
/// MESSAGE and ERROR always).
///
/// Values the receiver's version cannot carry (LF in 1.0, CR in 1.1 …) have those octets replaced
/// by a blank, so that a header can never become two (rows H09, H10).
pub fn encode_frame(_frame: &Frame, _version: Version) -> Bytes {
    todo!()
}

/// The start of a MESSAGE that differs per subscriber: `MESSAGE\nsubscription:<id>\n`. `None` for a
/// 1.0 subscription without an id.
pub fn message_head(_subscription: Option<&str>, _version: Version) -> Bytes {
    todo!()
}

/// The rest of a MESSAGE, equal for all subscribers of one version: headers, `content-length`,
/// blank line, body, NUL. A frame is `message_head ++ message_tail`.
pub fn message_tail<'a>(
    _headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    _body: &[u8],
    _version: Version,
) -> Bytes {
    todo!()
}
