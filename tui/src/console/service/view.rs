//! The third line: the service figures of a time window, with their history.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::bar;
use shared::figures::{Figures, Totals};
use shared::service_level::ServiceLevel;
use unicode_width::UnicodeWidthStr as _;

use super::Service;
use crate::console::Model;
use crate::parts::paint::put_pieces;
use crate::sentence;
use crate::text::{NOTHING, waited};
use crate::theme::{Role, Theme};

/// The width from which names are written in full.
const WIDE: u16 = 116;
/// The width from which bars show a longer history.
const WIDER: u16 = 136;

struct Measure {
    name: String,
    short: String,
    value: Option<String>,
    /// Whether the target is missed.
    missed: bool,
    /// One value for each part of the window; none where nothing was counted.
    series: Vec<Option<u64>>,
    /// The value of a full-height bar; none for the greatest value in the series.
    full: Option<u64>,
}

/// Draws the service figures.
pub(crate) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let mut left = usize::from(area.width);
    let head = format!(" last {} ", model.service.window);
    let head = head.replace("last today", "today");
    left = left.saturating_sub(head.width());
    let mut pieces: Vec<(String, Style)> = vec![(head, theme.style(Role::Title))];
    let wide = area.width >= WIDE;
    let bars = match area.width {
        ..WIDE => 5,
        WIDE..WIDER => 6,
        WIDER.. => 10,
    };
    for measure in measures(&model.service) {
        let name = if wide { &measure.name } else { &measure.short };
        let name = format!(" {name} ");
        let value = measure.value.as_deref().unwrap_or(NOTHING);
        let (mark, role) = if measure.missed {
            ("! ", Role::Bad)
        } else {
            ("", Role::Title)
        };
        let value = format!("{mark}{value}");
        let line = sparkline(&measure, bars);
        let width = name.width() + value.width() + line.width() + 2;
        // A truncated figure would be wrong, so it is left out.
        let Some(rest) = left.checked_sub(width) else {
            break;
        };
        left = rest;
        pieces.push((name, theme.style(Role::Quiet)));
        pieces.push((format!("{value} "), theme.style(role)));
        pieces.push((format!("{line} "), theme.style(Role::Busy)));
    }
    let rest = format!("  {}", sentence::not_counted(model.service.short_abandon()));
    if left >= rest.width() {
        pieces.push((rest, theme.style(Role::Quiet)));
    }
    put_pieces(buffer, area, &pieces);
}

fn measures(service: &Service) -> Vec<Measure> {
    let figures = service.figures.as_ref();
    let all = figures.map(|figures| &figures.all);
    vec![
        level(figures, service.level),
        Measure {
            name: "avg answer".to_owned(),
            short: "ASA".to_owned(),
            value: all
                .and_then(Totals::average_wait)
                .map(|wait| waited(whole(wait))),
            missed: false,
            series: series(figures, Totals::average_wait, 1.0),
            full: None,
        },
        Measure {
            name: "abandoned".to_owned(),
            short: "ABD".to_owned(),
            value: share(all.and_then(Totals::abandonment_rate)),
            missed: false,
            series: series(figures, Totals::abandonment_rate, 1_000.0),
            full: Some(1_000),
        },
        Measure {
            name: "occupancy".to_owned(),
            short: "OCC".to_owned(),
            value: share(figures.and_then(Figures::occupancy)),
            missed: false,
            series: vec![],
            full: None,
        },
    ]
}

fn level(figures: Option<&Figures>, aim: ServiceLevel) -> Measure {
    let within = aim.within();
    let reached = figures.and_then(|figures| figures.all.service_level(within));
    Measure {
        name: format!("SL {aim} answered in {within}s"),
        short: format!("SL {aim}"),
        value: share(reached),
        missed: reached.is_some_and(|reached| !aim.is_met(reached)),
        series: series(figures, |totals| totals.service_level(within), 1_000.0),
        full: Some(1_000),
    }
}

fn share(share: Option<f64>) -> Option<String> {
    share.map(|share| format!("{:.1}%", share * 100.0))
}

fn series(
    figures: Option<&Figures>,
    of: impl Fn(&Totals) -> Option<f64>,
    scale: f64,
) -> Vec<Option<u64>> {
    let parts = figures.map_or(&[][..], |figures| &figures.series);
    parts
        .iter()
        .map(|totals| of(totals).map(|value| whole(value * scale)))
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares and waits are not negative, and a cast of what is too large saturates"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// Draws the newest values as bars, with a gap where nothing was counted.
fn sparkline(measure: &Measure, most: usize) -> String {
    const LEVELS: [&str; 8] = [
        bar::ONE_EIGHTH,
        bar::ONE_QUARTER,
        bar::THREE_EIGHTHS,
        bar::HALF,
        bar::FIVE_EIGHTHS,
        bar::THREE_QUARTERS,
        bar::SEVEN_EIGHTHS,
        bar::FULL,
    ];
    let series = &measure.series;
    let greatest = series.iter().flatten().max().copied().unwrap_or(0);
    let full = measure.full.unwrap_or(greatest).max(1);
    let newest = series.iter().skip(series.len().saturating_sub(most));
    newest
        .map(|part| {
            part.map_or(" ", |value| {
                let level = value.min(full) * 7 / full;
                usize::try_from(level)
                    .ok()
                    .and_then(|level| LEVELS.get(level))
                    .copied()
                    .unwrap_or(" ")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_for_what_was_counted_and_gaps_for_what_was_not() {
        let measure = |full, series| Measure {
            name: String::new(),
            short: String::new(),
            value: None,
            missed: false,
            series,
            full,
        };
        let shares = measure(Some(1_000), vec![Some(0), None, Some(500), Some(1_000)]);
        assert_eq!(sparkline(&shares, 9), "▁ ▄█");
        assert_eq!(sparkline(&shares, 2), "▄█", "the newest");
        let waits = measure(None, vec![Some(0), Some(0)]);
        assert_eq!(sparkline(&waits, 9), "▁▁");
        assert_eq!(sparkline(&measure(None, vec![]), 9), "");
    }

    #[test]
    fn before_anything_was_counted_there_are_only_dashes() {
        for measure in measures(&Service::default()) {
            assert_eq!((measure.value, measure.series.len()), (None, 0));
            assert!(!measure.missed);
        }
    }
}
