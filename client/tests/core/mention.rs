use crate::harness::user;
use chat_tui::app::mention::mentions;

#[test]
fn a_nick_is_called_with_an_at_sign_and_korean_particles_may_follow() {
    let mina = user("mina");
    for text in [
        "@mina",
        "hi @Mina, you",
        "(@MINA)",
        "@mina가",
        "@mina님께",
        "x @a @mina",
        "＠mina",
        "\n@mina\n",
        "@@mina",
    ] {
        assert!(mentions(text, &mina), "{text}");
    }
    for text in ["mina", "@minari", "@mina2", "a@mina", "@mina-x", "@", "@ mina", "@mina가나다"]
    {
        assert!(!mentions(text, &mina), "{text}");
    }
    let korean = user("미나");
    for text in
        ["@미나", "@미나가 왔다", "@미나씨는", "@미나에게서", "@\u{1106}\u{1175}\u{1102}\u{1161}야"]
    {
        assert!(mentions(text, &korean), "{text}");
    }
    for text in ["@미나리", "@김미나"] {
        assert!(!mentions(text, &korean), "{text}");
    }
}

#[test]
fn a_name_that_ends_like_a_particle_is_still_called() {
    assert!(mentions("@도도", &user("도도")));
    assert!(mentions("@도도도", &user("도도")));
    assert!(mentions("@은", &user("은")));
}
