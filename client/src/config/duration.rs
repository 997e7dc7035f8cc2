//! Durations as people write them in flags and files: `250ms`, `10s`, `5m`, `2h`, `7d`.

use std::time::Duration;

/// Not a duration; `Display` says what one looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a duration is a whole number and ms, s, m, h or d, such as 30s")]
pub struct DurationError;

/// Reads `^\d+(ms|s|m|h|d)$`.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| DurationError)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(DurationError),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or(DurationError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read() {
        let ms = |s| parse_duration(s).map(|d| d.as_millis());
        assert_eq!(ms("250ms"), Ok(250));
        assert_eq!(ms("30s"), Ok(30_000));
        assert_eq!(ms("10m"), Ok(600_000));
        assert_eq!(ms("2h"), Ok(7_200_000));
        assert_eq!(ms("1d"), Ok(86_400_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "10", "s", "-1s", "1.5s", "1 s", "10S", "99999999999999999999d", "1m30s"] {
            assert_eq!(parse_duration(bad), Err(DurationError), "{bad:?}");
        }
    }
}
