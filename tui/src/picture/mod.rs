//! Pictures of the screens, drawn from a short session on a made-up floor: the same every time.

mod size;
mod svg;

pub use size::Size;

use clap::ValueEnum;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::{Frame, Terminal};
use shared::Error;
use shared::agent::Agent;

use crate::console::message::Message;
use crate::console::update::update;
use crate::console::view;
use crate::desk::{self, Desk};
use crate::theme::{Depth, Palette, ThemeName};
use crate::wallboard::{self, Wallboard};
use crate::{perform, polled, sample};

/// What a picture can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PictureOf {
    /// The console.
    Console,
    /// The console with a waiting contact looked at closely.
    Detail,
    /// The list of the keys.
    Help,
    /// The dialog that injects contacts, a skill being typed.
    Inject,
    /// The desk of an agent who is on a contact.
    Desk,
    /// The wallboard.
    Wallboard,
}

impl PictureOf {
    /// Returns the default size of its picture.
    fn size(self) -> Size {
        let (width, height) = match self {
            Self::Console | Self::Detail | Self::Help => (120, 36),
            Self::Inject | Self::Desk | Self::Wallboard => (80, 24),
        };
        Size { width, height }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Console => "The console of Switchboard",
            Self::Detail => "A waiting contact in Switchboard's console, and what keeps it",
            Self::Help => "The keys of Switchboard's console",
            Self::Inject => "Injecting contacts in Switchboard's console",
            Self::Desk => "An agent's desk in Switchboard",
            Self::Wallboard => "Switchboard's wallboard",
        }
    }
}

/// Draws a picture in a theme, at its default size unless one is given, and returns it as SVG.
pub async fn draw(
    subject: PictureOf,
    theme: ThemeName,
    size: Option<Size>,
) -> Result<String, Error> {
    let size = size.unwrap_or_else(|| subject.size());
    // True colour, as the sixteen colours of a terminal are not known.
    let palette = Palette {
        theme,
        depth: Depth::True,
    };
    let buffer = match subject {
        PictureOf::Console => console("", palette, size).await?,
        PictureOf::Detail => console("jj\n", palette, size).await?,
        PictureOf::Help => console("?", palette, size).await?,
        PictureOf::Inject => console("iSpanish, Bi", palette, size).await?,
        PictureOf::Desk => desk(palette, size).await?,
        PictureOf::Wallboard => wallboard(palette, size).await?,
    };
    Ok(svg::svg(&buffer, subject.title(), theme))
}

/// Draws the console after these key presses.
async fn console(keys: &str, palette: Palette, size: Size) -> Result<Buffer, Error> {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await?;
    model.palette = palette;
    update(&mut model, Message::Resized(size.width, size.height));
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            key => KeyCode::Char(key),
        };
        update(
            &mut model,
            Message::Key(KeyEvent::new(code, KeyModifiers::NONE)),
        );
    }
    if let Some(detail) = &model.detail {
        let study = perform::known(&acd, &detail.subject, true).await;
        update(&mut model, Message::Studied(Box::new(study)));
    }
    Ok(cells(size, |frame| view::view(&model, frame)))
}

/// Draws the desk of the last agent who is on a contact.
async fn desk(palette: Palette, size: Size) -> Result<Buffer, Error> {
    let (model, acd) = sample::session(sample::LONG_ENOUGH).await?;
    let agents = model.agent_rows();
    let busy = |agent: &&&Agent| agent.state.is_busy();
    let me = match agents.read.iter().rfind(busy) {
        Some(agent) => agent.id.clone(),
        None => sample::agent(0)?.id,
    };
    let snapshot = desk::poll::read(&acd, &me, desk::poll::Visibility::Floor).await?;
    let mut desk = Desk::new(me, model.place.acd.clone(), snapshot.now, TimeZone::UTC);
    desk.palette = Some(palette);
    desk.update(polled::PolledMessage::Polled(snapshot.now, snapshot));
    Ok(cells(size, |frame| desk::view::view(&desk, frame)))
}

async fn wallboard(palette: Palette, size: Size) -> Result<Buffer, Error> {
    let (model, acd) = sample::session(sample::LONG_ENOUGH).await?;
    let snapshot = wallboard::read(&acd).await?;
    let mut board = Wallboard::new(model.place.acd, model.clock, TimeZone::UTC);
    board.palette = Some(palette);
    board.update(polled::PolledMessage::Polled(model.clock, snapshot));
    Ok(cells(size, |frame| wallboard::view::view(&board, frame)))
}

/// Returns the cells of a terminal of that size after drawing.
fn cells(size: Size, draw: impl FnOnce(&mut Frame<'_>)) -> Buffer {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.width, size.height));
    let Ok(_) = terminal.draw(draw);
    terminal.backend().buffer().clone()
}
