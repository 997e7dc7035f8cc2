//! Web addresses in a text.

use crate::text::cells;
use std::ops::Range;
use url::Url;

/// What an address is longer than is not a link.
const LONGEST: usize = 2048;
/// Cells of a host name that is shown beside a link.
const HOST: usize = 40;

pub fn may_have(text: &str) -> bool {
    text.contains("://")
}

/// An address as it may be opened and shown: `http` or `https`, printable ASCII, its host in punycode.
pub fn web(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|_| address.len() <= LONGEST)?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let is_printable = url.as_str().bytes().all(|b| matches!(b, b'!'..=b'~'));
    (is_web && is_printable).then_some(url)
}

/// Addresses that stand in the text as they are, in order.
pub fn bare(text: &str) -> Vec<(Range<usize>, Url)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(colon) = text.get(from..).and_then(|rest| rest.find("://")).map(|at| from + at) {
        let next = colon + 3;
        let Some(range) = around(text, colon, from) else {
            from = next;
            continue;
        };
        from = range.end.max(next);
        if let Some(url) = text.get(range.clone()).and_then(web) {
            found.push((range, url));
        }
    }
    found
}

fn around(text: &str, colon: usize, from: usize) -> Option<Range<usize>> {
    let before = text.get(from..colon)?;
    let scheme = ["https", "http"].into_iter().find(|s| {
        let tail = before.len().checked_sub(s.len()).and_then(|at| before.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(s))
    })?;
    let start = colon - scheme.len();
    let is_word = text.get(..start)?.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = text.get(start..)?;
    // The picture of a control character is where a terminal would have ended it.
    let ends = |c: char| matches!(c, '\u{2400}'..='\u{2426}') || "<>\"`|\\^{}".contains(c);
    let end = rest.find(|c: char| c.is_whitespace() || ends(c));
    let run = rest.get(..end.unwrap_or(rest.len()))?;
    (!is_word).then(|| start..start + trimmed(run).len())
}

/// Without what belongs to the sentence around: closing punctuation, brackets that were not opened in
/// it, and a Korean particle: `https://a.example/x에서`.
fn trimmed(run: &str) -> &str {
    let mut run = without_particle(run);
    loop {
        let Some(last) = run.chars().next_back() else { return run };
        let opening = match last {
            ')' => Some('('),
            ']' => Some('['),
            _ => None,
        };
        let is_open = opening.is_some_and(|o| run.matches(o).count() >= run.matches(last).count());
        let is_ours = ".,;:!?'*_~…。、！？」』）".contains(last) || opening.is_some() && !is_open;
        if !is_ours {
            return run;
        }
        run = run.strip_suffix(last).unwrap_or(run);
    }
}

/// Hangul that follows a Latin letter, a digit or a bracket immediately is not of the address; after
/// `/`, `=` and their like it is.
fn without_particle(run: &str) -> &str {
    let is_hangul = |c: char| matches!(c, '가'..='힣');
    let head = run.trim_end_matches(is_hangul);
    let is_glued =
        head.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ')' | '.' | ','));
    if is_glued { head } else { run }
}

/// The host to show beside a link whose words do not say it; of a long one the end, which decides.
pub fn host_beside(label: &str, url: &Url) -> Option<String> {
    let host = url.host_str()?;
    if label.to_ascii_lowercase().contains(host) {
        return None;
    }
    let mut tail = host;
    while cells(tail) > HOST {
        let mut chars = tail.chars();
        chars.next();
        tail = chars.as_str();
    }
    let cut = if tail.len() < host.len() { "…" } else { "" };
    Some(format!(" ({cut}{tail})"))
}
