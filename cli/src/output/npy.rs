//! NPY. The length of a column stands in the header, which is written again when it is known.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use numjit::{Array, DType};

use super::{Writer, flush};
use crate::npy::Header;

pub(super) struct NpyWriter {
    sink: BufWriter<File>,
    dtype: DType,
    /// The shape of what has been written, once something has been.
    shape: Option<Vec<u64>>,
}

impl NpyWriter {
    pub(super) fn new(sink: BufWriter<File>, dtype: DType) -> NpyWriter {
        NpyWriter { sink, dtype, shape: None }
    }
}

impl Writer for NpyWriter {
    fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        for part in parts {
            match &mut self.shape {
                Some(shape) => shape[0] += part.len() as u64,
                None => {
                    let shape: Vec<u64> = part.shape().iter().map(|&n| n as u64).collect();
                    self.sink.write_all(&Header::bytes(part.dtype(), &shape))?;
                    self.shape = Some(shape);
                }
            }
            let mut bytes = Vec::new();
            let bytes: &[u8] = if part.is_contiguous() {
                part.memory()
            } else {
                bytes.extend(part.to_bytes());
                &bytes
            };
            self.sink.write_all(&little_endian(bytes, part.dtype()))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        // As long as the first header: there is room in it for any length of a column.
        let shape = self.shape.unwrap_or_else(|| vec![0]);
        self.sink.seek(SeekFrom::Start(0))?;
        self.sink.write_all(&Header::bytes(self.dtype, &shape))?;
        Ok(flush(self.sink)?)
    }
}

/// Returns the bytes of native elements in the order of the format.
fn little_endian(bytes: &[u8], dtype: DType) -> std::borrow::Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        return bytes.into();
    }
    let mut swapped = bytes.to_vec();
    swapped.chunks_exact_mut(dtype.alignment()).for_each(<[u8]>::reverse);
    swapped.into()
}
