//! CSV with one column. Floats are written with the digits that read back as the same number.

use std::fs::File;
use std::io::BufWriter;

use numjit::Array;

use super::{Writer, flush};

pub(super) struct CsvWriter {
    writer: csv::Writer<BufWriter<File>>,
    text: String,
}

impl CsvWriter {
    pub(super) fn new(sink: BufWriter<File>, name: &str) -> anyhow::Result<CsvWriter> {
        let mut writer = csv::Writer::from_writer(sink);
        writer.write_record([name])?;
        Ok(CsvWriter { writer, text: String::new() })
    }
}

impl Writer for CsvWriter {
    fn write(&mut self, part: Array) -> anyhow::Result<()> {
        use std::fmt::Write as _;
        for index in 0..part.len() {
            let value = part.get(index).expect("index is below the length");
            self.text.clear();
            write!(self.text, "{value}")?;
            self.writer.write_record([&self.text])?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> anyhow::Result<()> {
        let sink = self.writer.into_inner().map_err(|error| error.into_error())?;
        Ok(flush(sink)?)
    }
}
