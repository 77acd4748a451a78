//! Histograms, in the terminal and as files.

use crate::support::{Folder, MASS, failure, stdout, zmumu};

#[test]
fn the_z_peak_is_seen_in_the_terminal() {
    let text = stdout(&["eval", MASS, &zmumu(), "--hist", "60,60,120"]);
    assert!(text.contains("bins    60 from 60 to 120, each 1 wide\n"), "{text}");
    assert!(text.contains("inside  2008\n"), "{text}");
    assert!(text.contains("from 90 to 91\n"), "{text}");
    let top = text.lines().find(|line| line.contains('┤')).expect("there is an axis");
    // The highest bar is half way along an axis of 60 columns from 60 to 120.
    assert_eq!(top.chars().position(|c| c == '█'), Some(top.find('┤').map_or(0, |at| at + 1 + 30)));
}

#[test]
fn values_outside_are_counted() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\n-1\n0\n1\n2\n3\nnan\ninf\n");
    let text = stdout(&["eval", "x", &file, "--hist", "4,0,2"]);
    for line in
        ["inside  3\n", "below   1 (less than 0)\n", "above   2 (more than 2)\n", "nan     1\n"]
    {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn without_a_range_the_histogram_spans_the_finite_values() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\n-4\n0\n6\nnan\ninf\n");
    let text = stdout(&["eval", "x", &file, "--hist", "5"]);
    assert!(
        text.contains("bins    5 from -4 to 6, each 2 wide\n") && text.contains("inside  3\n"),
        "{text}"
    );
}

#[test]
fn plots_are_pictures() {
    let folder = Folder::new();
    let (svg, png) = (folder.path("mass.svg"), folder.path("mass.png"));
    stdout(&["eval", MASS, &zmumu(), "--hist", "120,0,120", "--plot", &svg]);
    let text = stdout(&["eval", MASS, &zmumu(), "--plot", &png]);
    assert!(text.contains("wrote") && !text.contains('█'), "{text}");
    let svg = std::fs::read_to_string(svg).expect("it was written");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("sqrt(") && svg.contains("4 above") && svg.contains("\n120\n"));
    let opened = svg.matches("<text").count();
    assert!(opened > 10 && opened == svg.matches("</text>").count());
    let file = std::fs::File::open(png).expect("it was written");
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("it is a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("the size is known")];
    reader.next_frame(&mut pixels).expect("the pixels are whole");
    assert!(pixels.contains(&0xff) && pixels.iter().any(|&byte| byte < 0x40));
}

#[test]
fn there_is_no_histogram_of_nothing() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\nnan\n");
    let plot = folder.path("x.svg");
    crate::support::numjit().args(["eval", "x", &file, "--plot", &plot]).assert().code(1);
    assert_eq!(folder.names(), ["t.csv"]);
    assert!(failure(&["eval", "2", "--hist", "10"]).contains("a single value"));
}
