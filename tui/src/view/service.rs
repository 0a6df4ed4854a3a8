//! The third line: how well the floor serves, in figures of a time with what led to them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::bar;
use shared::figures::{Figures, Totals};
use unicode_width::UnicodeWidthStr as _;

use super::paint::put_pieces;
use super::theme::{Role, Theme};
use crate::model::Model;
use crate::text::{NOTHING, waited};

/// From this width on names are written out.
const WIDE: u16 = 116;

struct Measure {
    name: &'static str,
    short: &'static str,
    value: Option<String>,
    /// One for each part of the time, none where nothing was counted.
    series: Vec<Option<u64>>,
    /// What fills the whole height of the line; none for the greatest that is there.
    full: Option<u64>,
}

/// Draws the service figures.
pub(super) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let mut left = usize::from(area.width);
    let head = format!(" last {} ", model.service.window);
    let head = head.replace("last today", "today");
    left = left.saturating_sub(head.width());
    let mut pieces: Vec<(String, Style)> = vec![(head, theme.style(Role::Title))];
    let wide = area.width >= WIDE;
    for measure in measures(model.service.figures.as_ref()) {
        let name = if wide { measure.name } else { measure.short };
        let name = format!(" {name} ");
        let value = measure.value.clone().unwrap_or_else(|| NOTHING.to_owned());
        let line = sparkline(&measure, if wide { 10 } else { 5 });
        let width = name.width() + value.width() + line.width() + 2;
        // A figure that is cut in two says something false; it is left out.
        let Some(rest) = left.checked_sub(width) else {
            break;
        };
        left = rest;
        pieces.push((name, theme.style(Role::Quiet)));
        pieces.push((format!("{value} "), theme.style(Role::Title)));
        pieces.push((format!("{line} "), theme.style(Role::Busy)));
    }
    put_pieces(buffer, area, &pieces);
}

fn measures(figures: Option<&Figures>) -> Vec<Measure> {
    let series = |of: fn(&Totals) -> Option<f64>, scale: f64| {
        let parts = figures.map_or(&[][..], |figures| &figures.series);
        let parts = parts.iter();
        parts
            .map(|totals| of(totals).map(|value| whole(value * scale)))
            .collect()
    };
    let all = figures.map(|figures| &figures.all);
    let share = |share: Option<f64>| share.map(|share| format!("{:.1}%", share * 100.0));
    vec![
        Measure {
            name: "answered in 20s",
            short: "SL",
            value: share(all.and_then(Totals::service_level)),
            series: series(Totals::service_level, 1_000.0),
            full: Some(1_000),
        },
        Measure {
            name: "avg answer",
            short: "ASA",
            value: all
                .and_then(Totals::average_wait)
                .map(|wait| waited(whole(wait))),
            series: series(Totals::average_wait, 1.0),
            full: None,
        },
        Measure {
            name: "abandoned",
            short: "ABD",
            value: share(all.and_then(Totals::abandonment_rate)),
            series: series(Totals::abandonment_rate, 1_000.0),
            full: Some(1_000),
        },
        Measure {
            name: "occupancy",
            short: "OCC",
            value: share(figures.and_then(Figures::occupancy)),
            series: vec![],
            full: None,
        },
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares and waits are not negative, and a cast of what is too large saturates"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// Draws the newest parts as bars; where nothing was counted there is none.
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
            name: "",
            short: "",
            value: None,
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
        for measure in measures(None) {
            assert_eq!((measure.value, measure.series.len()), (None, 0));
        }
    }
}
