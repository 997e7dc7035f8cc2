//! What Korean puts behind a name without a space: a title, then a particle, then one that adds
//! emphasis (`님` `께서` `는`). A closed list; an ending that is not in it belongs to the name.

/// UTF-8 bytes of the longest ending, rounded up.
pub(super) const BYTES: usize = 64;
/// Syllables of an ending at most.
const SYLLABLES: usize = 8;

const TITLES: [&str; 6] = ["님들", "씨들", "님", "씨", "들", ""];
const PARTICLES: &[&str] = &[
    "",
    "이",
    "가",
    "은",
    "는",
    "을",
    "를",
    "의",
    "에",
    "에게",
    "에게서",
    "한테",
    "한테서",
    "께",
    "께서",
    "와",
    "과",
    "랑",
    "이랑",
    "하고",
    "도",
    "만",
    "까지",
    "부터",
    "처럼",
    "같이",
    "보다",
    "마다",
    "로",
    "으로",
    "야",
    "아",
    "이야",
    "나",
    "이나",
    "라도",
    "이라도",
    "라고",
    "이라고",
    "라는",
    "이라는",
    "란",
    "이란",
    "마저",
    "조차",
    "밖에",
    "뿐",
    "요",
    "이요",
    "예요",
    "이에요",
    "네",
    "이네",
    "입니다",
    "여",
    "이여",
    "만큼",
    "대로",
];
const EMPHASES: [&str; 8] = ["", "는", "은", "도", "만", "의", "요", "까지"];

/// What may be the name in a run of name characters: all of it, then what is left before each
/// ending, longest first.
pub(super) fn names(run: &str) -> impl Iterator<Item = &str> {
    let endings = run.char_indices().rev().take(SYLLABLES);
    let hangul = endings.take_while(|(_, c)| ('가'..='힣').contains(c));
    let names = hangul.filter_map(|(at, _)| run.split_at_checked(at));
    let names = names.filter(|(_, ending)| is_ending(ending)).map(|(name, _)| name);
    std::iter::once(run).chain(names).filter(|name| !name.is_empty())
}

fn is_ending(ending: &str) -> bool {
    TITLES.iter().filter_map(|title| ending.strip_prefix(title)).any(|rest| {
        let mut rests = PARTICLES.iter().filter_map(|particle| rest.strip_prefix(particle));
        rests.any(|rest| EMPHASES.contains(&rest))
    })
}
