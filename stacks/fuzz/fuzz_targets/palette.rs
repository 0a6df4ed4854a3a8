//! The console's command line, read on a full floor: every line is a command or is refused at a
//! place within it; what completes a line completes it where the cursor stands.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tui::console::Model;
use tui::console::overlay::command::verbs;

static FLOOR: LazyLock<Model> = LazyLock::new(fuzz::floor);

fuzz_target!(|text: &str| {
    if let Err(wrong) = verbs::parse(text, &FLOOR) {
        assert!(wrong.at <= text.chars().count(), "{wrong:?}");
        assert!(!wrong.says.is_empty());
    }
    verbs::candidates(text, &FLOOR);
    if let Some((typed, _)) = verbs::completion(text, &FLOOR) {
        assert!(typed <= text.chars().count());
    }
    verbs::usage(text);
});
