//! The styles of the console in every theme. The text is the same in all of them, so only the
//! styles are kept, as runs of cells with the same style.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use shared::time::Millis;
use tui::console::Model;
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::view::draw;
use tui::sample;
use tui::theme::{Depth, Palette, ThemeName};

const THEMES: [(&str, Option<ThemeName>); 4] = [
    ("dark", Some(ThemeName::Dark)),
    ("light", Some(ThemeName::Light)),
    ("colour_blind", Some(ThemeName::ColourBlind)),
    ("no_colours", None),
];

fn stale(mut model: Model) -> Model {
    let at = Millis(model.clock.0 + 1_000);
    let why = "the store is not reachable: connection refused".to_owned();
    update(&mut model, Message::StoreUnavailable { since: at, why });
    model
}

fn drawn(model: &mut Model, theme: Option<ThemeName>) -> Buffer {
    model.colours = theme.is_some();
    model.palette = Palette {
        theme: theme.unwrap_or_default(),
        depth: Depth::Sixteen,
    };
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = Buffer::empty(area);
    draw(model, &mut buffer, area);
    buffer
}

/// Returns the style of a cell as a word: its colour, then its modifiers.
fn style(cell: &Cell) -> String {
    let colour = match (cell.fg, cell.bg) {
        (Color::Reset, Color::Reset) => "-".to_owned(),
        (ink, Color::Reset) => ink.to_string().to_lowercase(),
        (ink, ground) => format!("{ink} on {ground}").to_lowercase(),
    };
    let weights = [
        (Modifier::BOLD, "+bold"),
        (Modifier::DIM, "+dim"),
        (Modifier::UNDERLINED, "+under"),
        (Modifier::REVERSED, "+reversed"),
    ];
    let has = |(weight, word): (Modifier, &'static str)| {
        cell.modifier.contains(weight).then_some(word).into_iter()
    };
    colour + &weights.into_iter().flat_map(has).collect::<String>()
}

/// Returns a line for each row: the lengths and styles of its runs.
fn runs(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let lines = rows.map(|row| {
        let styles: Vec<String> = row.iter().map(style).collect();
        let runs = styles.chunk_by(|one, other| one == other);
        let words: Vec<String> = runs
            .map(|run| format!("{} {}", run.len(), run[0]))
            .collect();
        words.join(", ") + "\n"
    });
    lines.collect()
}

#[tokio::test]
async fn every_theme_styles_the_busy_and_the_stale_floor() {
    let busy = sample::model(sample::LONG_ENOUGH).await.unwrap();
    for (state, mut model) in [("busy", busy.clone()), ("stale", stale(busy))] {
        for (name, theme) in THEMES {
            let name = format!("{state}_in_{name}");
            insta::assert_snapshot!(name, runs(&drawn(&mut model, theme)));
        }
    }
}

#[tokio::test]
async fn the_text_is_the_same_in_every_theme() {
    let symbols = |buffer: Buffer| -> Vec<String> {
        let cells = buffer.content.iter();
        cells.map(|cell| cell.symbol().to_owned()).collect()
    };
    let busy = sample::model(sample::LONG_ENOUGH).await.unwrap();
    for mut model in [busy.clone(), stale(busy), sample::blank()] {
        let dark = symbols(drawn(&mut model, Some(ThemeName::Dark)));
        for (name, theme) in THEMES {
            assert_eq!(symbols(drawn(&mut model, theme)), dark, "{name}");
        }
    }
}
