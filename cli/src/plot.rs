//! A histogram as a picture file, SVG or PNG. The only user of `plotters` and `png`.
//!
//! The font of the PNG is compiled in; an SVG names `sans-serif` and is drawn with the viewer's.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};

use crate::exit::Failure;
use crate::hist::Histogram;
use crate::number;
use crate::output::AtomicFile;

/// Size in the units of the SVG.
const SIZE: (u32, u32) = (900, 560);
/// Pixels per unit in a PNG, so that text is sharp on dense screens.
const PNG_SCALE: u32 = 2;

const FILL: RGBColor = RGBColor(0x4c, 0x78, 0xa8);
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

#[derive(Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

/// Where a plot goes; made before the work begins, so that a wrong name is found early.
pub(crate) struct Plot {
    kind: Kind,
    file: AtomicFile,
}

impl Plot {
    pub(crate) fn create(path: &Path) -> anyhow::Result<Plot> {
        let extension =
            path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        let kind = match extension.as_str() {
            "svg" => Kind::Svg,
            "png" => Kind::Png,
            _ => {
                let message = format!("cannot tell what picture `{}` is to be", path.display());
                return Err(Failure::new(message)
                    .help("the extension decides: .svg or .png")
                    .into());
            }
        };
        Ok(Plot { kind, file: AtomicFile::create(path)? })
    }

    /// Draws the histogram and writes the file.
    pub(crate) fn write(self, histogram: &Histogram, title: &str) -> anyhow::Result<()> {
        let bytes = match self.kind {
            Kind::Svg => svg(histogram, title)?.into_bytes(),
            Kind::Png => png(histogram, title)?,
        };
        let context = || format!("cannot write `{}`", self.file.path().display());
        self.file.handle().and_then(|mut file| file.write_all(&bytes)).with_context(context)?;
        self.file.commit()
    }
}

fn svg(histogram: &Histogram, title: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    draw(SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), histogram, title, 1)?;
    Ok(text)
}

fn png(histogram: &Histogram, title: &str) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (SIZE.0 * PNG_SCALE, SIZE.1 * PNG_SCALE);
    let mut pixels = vec![0; (width * height * 3) as usize];
    let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
    draw(area, histogram, title, PNG_SCALE)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(bytes)
}

fn draw<B: DrawingBackend>(
    area: DrawingArea<B, Shift>,
    histogram: &Histogram,
    title: &str,
    scale: u32,
) -> anyhow::Result<()> {
    register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT)
        .map_err(|_| anyhow!("the built-in font is damaged"))?;
    draw_on(&area, histogram, title, scale)
        .and_then(|()| area.present())
        .map_err(|error| anyhow!("cannot draw the histogram: {error}"))
}

fn draw_on<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    histogram: &Histogram,
    title: &str,
    scale: u32,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let text = |size: u32| ("sans-serif", size * scale).into_font().color(&INK);
    area.fill(&WHITE)?;
    let (lo, hi) = histogram.range();
    let top = histogram.counts()[histogram.peak()];
    let mut chart = ChartBuilder::on(area)
        .margin(14 * scale)
        .margin_right(24 * scale)
        .caption(shortened(title, 90), text(if title.chars().count() > 60 { 17 } else { 21 }))
        .x_label_area_size(30 * scale)
        .y_label_area_size(64 * scale)
        .build_cartesian_2d(lo..hi, 0.0..(top.max(1) as f64 * 1.08))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(scale))
        .axis_style(INK.stroke_width(scale))
        .x_labels(10)
        .y_labels(8)
        .label_style(text(14))
        .x_label_formatter(&|x| number::short(*x, 6))
        .y_label_formatter(&|y| number::short(*y, 6))
        .y_desc(format!(
            "count per bin of {}",
            number::short((hi - lo) / histogram.counts().len() as f64, 6)
        ))
        .axis_desc_style(text(15))
        .draw()?;
    chart.draw_series(AreaSeries::new(outline(histogram), 0.0, FILL.mix(0.35)))?;
    chart.draw_series(LineSeries::new(outline(histogram), FILL.stroke_width(2 * scale)))?;
    let (right, line) = (SIZE.0 * scale, 19 * scale);
    for (at, fact) in facts(histogram).into_iter().enumerate() {
        let style = text(14).pos(Pos::new(HPos::Right, VPos::Top));
        let y = 62 * scale + line * at as u32;
        area.draw(&Text::new(fact, ((right - 40 * scale) as i32, y as i32), style))?;
    }
    Ok(())
}

/// The steps of the histogram, from the left end of the axis to the right one.
fn outline(histogram: &Histogram) -> impl Iterator<Item = (f64, f64)> + '_ {
    let (lo, hi) = histogram.range();
    let steps = histogram.counts().iter().enumerate().flat_map(|(bin, &count)| {
        let count = count as f64;
        [(histogram.edge(bin), count), (histogram.edge(bin + 1), count)]
    });
    std::iter::once((lo, 0.0)).chain(steps).chain(std::iter::once((hi, 0.0)))
}

fn facts(histogram: &Histogram) -> Vec<String> {
    let mut facts = vec![format!("{} inside", number::count(histogram.inside()))];
    let outside = [("below", histogram.below), ("above", histogram.above), ("nan", histogram.nan)];
    let outside = outside.iter().filter(|(_, count)| *count > 0);
    facts.extend(outside.map(|(label, count)| format!("{} {label}", number::count(*count))));
    facts
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hist::filled;

    #[test]
    fn pictures_are_drawn_without_an_installed_font() {
        let histogram = filled(20, 0.0, 10.0, &[1.0, 5.0, 5.1, 5.2, 11.0]);
        let svg = svg(&histogram, "a < b & c").expect("it draws");
        assert!(svg.starts_with("<svg") && svg.contains("a &lt; b &amp; c"));
        let png = png(&histogram, "a < b & c").expect("it draws");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    }

    #[test]
    fn an_empty_histogram_is_drawn() {
        assert!(svg(&filled(1, 0.0, 1e-300, &[]), "").is_ok());
        assert!(png(&filled(1, -1e300, 0.0, &[]), "").is_ok());
    }
}
