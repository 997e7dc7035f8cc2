//! Counts WebSocket frames as they pass, where tungstenite does not: empty fragments without end hit
//! no bound on size, and pings cost an answer each.

/// Follows the frame headers of a byte stream (RFC 6455, section 5.2), wherever it is split.
#[derive(Debug, Default)]
pub struct Scanner {
    /// Octets of the header at hand.
    header: [u8; 14],
    have: usize,
    /// Payload octets still to pass.
    payload: u64,
    /// Data frames since the last final one.
    fragments: usize,
}

/// What one stretch of input held.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub pings: usize,
    /// The most fragments that one message had so far.
    pub fragments: usize,
    /// A length stood in a longer form than it needs, which RFC 6455, section 5.2, forbids.
    pub padded: bool,
}

impl Scanner {
    pub fn pass(&mut self, mut input: &[u8]) -> Seen {
        let mut seen = Seen::default();
        while !input.is_empty() {
            if self.payload > 0 {
                let skip = usize::try_from(self.payload).unwrap_or(usize::MAX).min(input.len());
                self.payload -= skip as u64;
                input = &input[skip..];
                continue;
            }
            self.header[self.have] = input[0];
            self.have += 1;
            input = &input[1..];
            if self.have >= 2 && self.have == self.header_len() {
                self.frame(&mut seen);
                self.have = 0;
            }
        }
        seen
    }

    /// Whether nothing that has begun is still to be completed.
    pub fn is_between_messages(&self) -> bool {
        self.have == 0 && self.payload == 0 && self.fragments == 0
    }

    fn header_len(&self) -> usize {
        let length = match self.header[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + length + if self.header[1] & 0x80 != 0 { 4 } else { 0 }
    }

    fn frame(&mut self, seen: &mut Seen) {
        let h = &self.header;
        self.payload = match h[1] & 0x7f {
            126 => u64::from(u16::from_be_bytes([h[2], h[3]])),
            127 => u64::from_be_bytes([h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9]]),
            short => u64::from(short),
        };
        seen.padded |= match h[1] & 0x7f {
            126 => self.payload < 126,
            127 => self.payload < 65_536,
            _ => false,
        };
        let (last, opcode) = (h[0] & 0x80 != 0, h[0] & 0x0f);
        if opcode < 8 {
            self.fragments += 1;
            seen.fragments = seen.fragments.max(self.fragments);
            if last {
                self.fragments = 0;
            }
        } else if opcode == 9 {
            seen.pings += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            n @ 0..126 => frame.push(0x80 | n as u8),
            n @ 126..65_536 => {
                frame.push(0x80 | 126);
                frame.extend((n as u16).to_be_bytes());
            }
            n => {
                frame.push(0x80 | 127);
                frame.extend((n as u64).to_be_bytes());
            }
        }
        frame.extend([1, 2, 3, 4]);
        frame.extend(payload);
        frame
    }

    #[test]
    fn a_length_has_its_shortest_form() {
        let padded = |header: &[u8]| Scanner::default().pass(header).padded;
        assert!(padded(&[0x82, 0x80 | 126, 0, 125, 1, 2, 3, 4]));
        assert!(!padded(&[0x82, 0x80 | 126, 0, 126, 1, 2, 3, 4]));
        assert!(padded(&[0x82, 0x80 | 127, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]));
        assert!(!padded(&[0x82, 0x80 | 127, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4]));
    }

    #[test]
    fn counts_the_same_however_the_bytes_are_split() {
        let mut input = masked(0x01, b"ab");
        for _ in 0..3 {
            input.extend(masked(0x00, b""));
            input.extend(masked(0x89, b"ping"));
        }
        input.extend(masked(0x80, &[0x89; 70_000]));
        input.extend(masked(0x82, &[0x00; 300]));
        let whole = Scanner::default().pass(&input);
        assert_eq!(whole, Seen { pings: 3, fragments: 5, padded: false });
        for size in [1, 2, 3, 7, 13, 1000] {
            let mut scanner = Scanner::default();
            let mut sum = Seen::default();
            for piece in input.chunks(size) {
                let seen = scanner.pass(piece);
                sum.pings += seen.pings;
                sum.fragments = sum.fragments.max(seen.fragments);
            }
            assert_eq!(sum, whole, "pieces of {size}");
            assert_eq!(scanner.fragments, 0);
        }
    }
}
