//! Where the side pane stands.

use chat_tui::app::state::Layout;
use chat_tui::app::state::layout::Wanted;
use chat_tui::app::state::side::PaneWidth;

fn layout(width: u16, side: PaneWidth) -> Layout {
    Layout::new(Wanted {
        size: (width, 24),
        side: Some(side),
        notice: false,
        topic: false,
        composer_lines: 1,
    })
}

#[test]
fn a_wide_pane_stands_beside_the_timeline_from_a_hundred_columns_on() {
    let beside = layout(100, PaneWidth::Wide);
    let side = beside.side.unwrap();
    assert!(!beside.side_covers && side.width == 40);
    assert_eq!(side.x, beside.timeline.x + beside.timeline.width + 1);
    let over = layout(99, PaneWidth::Wide);
    let side = over.side.unwrap();
    assert!(over.side_covers && (side.x, side.width, side.height) == (0, 99, 22));
}

#[test]
fn a_narrow_pane_never_covers() {
    assert!(layout(60, PaneWidth::Narrow).side.is_some());
    let small = layout(40, PaneWidth::Narrow);
    assert!(small.side.is_none() && !small.side_covers);
}
