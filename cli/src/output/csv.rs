//! CSV. Floats are written with the digits that read back as the same number.

use std::fs::File;
use std::io::BufWriter;

use numjit::Array;

use super::{Writer, flush};
use crate::cell::Cells;

pub(super) struct CsvWriter {
    writer: csv::Writer<BufWriter<File>>,
}

impl CsvWriter {
    pub(super) fn new(sink: BufWriter<File>, names: &[String]) -> anyhow::Result<CsvWriter> {
        let mut writer = csv::Writer::from_writer(sink);
        writer.write_record(names)?;
        Ok(CsvWriter { writer })
    }
}

impl Writer for CsvWriter {
    fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        let columns: Vec<Cells> = parts.iter().map(Cells::new).collect();
        let rows = parts.first().map_or(0, Array::len);
        for row in 0..rows {
            for column in &columns {
                self.writer.write_field(column.exact(row))?;
            }
            self.writer.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> anyhow::Result<()> {
        let sink = self.writer.into_inner().map_err(|error| error.into_error())?;
        Ok(flush(sink)?)
    }
}
