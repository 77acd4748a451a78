//! NPY. The length stands in the header, which is written again when it is known.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use numjit::{Array, DType};

use super::{Writer, flush};
use crate::npy::Header;

pub(super) struct NpyWriter {
    sink: BufWriter<File>,
    dtype: DType,
    rows: u64,
    is_scalar: bool,
}

impl NpyWriter {
    pub(super) fn new(mut sink: BufWriter<File>, dtype: DType) -> anyhow::Result<NpyWriter> {
        sink.write_all(&Header::bytes(dtype, Some(0)))?;
        Ok(NpyWriter { sink, dtype, rows: 0, is_scalar: false })
    }

    fn put<const N: usize, T: Copy>(
        &mut self,
        values: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) -> std::io::Result<()> {
        values.iter().try_for_each(|&value| self.sink.write_all(&bytes(value)))
    }
}

impl Writer for NpyWriter {
    fn write(&mut self, part: Array) -> anyhow::Result<()> {
        self.is_scalar = part.is_scalar();
        self.rows += part.len() as u64;
        if let Some(values) = part.as_slice::<bool>() {
            self.put(values, |x| [u8::from(x)])?;
        } else if let Some(values) = part.as_slice::<i32>() {
            self.put(values, i32::to_le_bytes)?;
        } else if let Some(values) = part.as_slice::<i64>() {
            self.put(values, i64::to_le_bytes)?;
        } else if let Some(values) = part.as_slice::<f32>() {
            self.put(values, f32::to_le_bytes)?;
        } else if let Some(values) = part.as_slice::<f64>() {
            self.put(values, f64::to_le_bytes)?;
        } else {
            unreachable!("{} came out of a formula but has no writer", part.dtype());
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        let rows = (!self.is_scalar).then_some(self.rows);
        self.sink.seek(SeekFrom::Start(0))?;
        self.sink.write_all(&Header::bytes(self.dtype, rows))?;
        Ok(flush(self.sink)?)
    }
}
