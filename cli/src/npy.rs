//! The header of NPY files, NumPy's format for one array (NumPy Enhancement Proposal 1, `numpy.lib.format`).
//!
//! A file is the magic string, a version, the length of the header, and the header: a Python dictionary
//! with `descr` (the dtype), `fortran_order` and `shape`, padded so that the data begin at a multiple of 64.

use std::io::{self, Read};

use numjit::DType;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Room for the largest shape, so that a header can be written again when the length is known.
pub(crate) const WRITTEN_HEADER_LEN: usize = 128;

#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// NumPy's short name of the dtype with byte order, e.g. `<f8`.
    pub(crate) descr: String,
    pub(crate) shape: Vec<u64>,
    /// Where the data begin, in bytes from the start of the file.
    pub(crate) data_start: u64,
}

impl Header {
    /// Reads the header from the start of a file.
    ///
    /// # Errors
    /// The text says what is wrong with the file.
    pub(crate) fn read(file: &mut impl Read) -> Result<Header, String> {
        let not_npy = |_: io::Error| "it is not an NPY file".to_owned();
        let mut start = [0; 8];
        file.read_exact(&mut start).map_err(not_npy)?;
        if !start.starts_with(MAGIC) {
            return Err("it is not an NPY file".to_owned());
        }
        let (prefix, length) = if start[6] == 1 {
            let mut bytes = [0; 2];
            file.read_exact(&mut bytes).map_err(not_npy)?;
            (10, u32::from(u16::from_le_bytes(bytes)))
        } else {
            let mut bytes = [0; 4];
            file.read_exact(&mut bytes).map_err(not_npy)?;
            (12, u32::from_le_bytes(bytes))
        };
        // NumPy itself refuses headers above 10 000 bytes; a structured dtype may be long.
        if length > 1 << 20 {
            return Err("its header is damaged".to_owned());
        }
        let mut text = vec![0; length as usize];
        file.read_exact(&mut text).map_err(|_| "its header is cut off".to_owned())?;
        let text = String::from_utf8_lossy(&text);
        let (descr, shape) = parse_dictionary(&text).ok_or("its header is damaged")?;
        Ok(Header { descr, shape, data_start: prefix + u64::from(length) })
    }

    /// Returns the bytes of the header of a one-dimensional array, or of a single value.
    pub(crate) fn bytes(dtype: DType, rows: Option<u64>) -> Vec<u8> {
        let descr = match dtype {
            DType::Bool => "|b1",
            DType::I32 => "<i4",
            DType::I64 => "<i8",
            DType::F32 => "<f4",
            DType::F64 => "<f8",
            other => unreachable!("{other} came out of a formula but has no writer"),
        };
        let shape = rows.map_or_else(|| "()".to_owned(), |rows| format!("({rows},)"));
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        let length = WRITTEN_HEADER_LEN - MAGIC.len() - 4;
        bytes.extend(u16::try_from(length).expect("the header is short").to_le_bytes());
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
        bytes.extend(format!("{text:<width$}\n", width = length - 1).bytes());
        bytes
    }
}

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }`.
///
/// The dtype of a structured array is a list; it is returned as its text.
fn parse_dictionary(text: &str) -> Option<(String, Vec<u64>)> {
    let value_of = |key: &str| {
        let at = text.find(&format!("'{key}'")).or_else(|| text.find(&format!("\"{key}\"")))?;
        Some(text[at + key.len() + 2..].trim_start().strip_prefix(':')?.trim_start())
    };
    let descr = value_of("descr")?;
    let descr = match descr.chars().next()? {
        quote @ ('\'' | '"') => descr[1..].split(quote).next()?,
        _ => descr.split(']').next()?,
    };
    let shape = value_of("shape")?.strip_prefix('(')?.split(')').next()?;
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let shape = lengths.map(|length| length.trim_end_matches('L').parse().ok());
    Some((descr.to_owned(), shape.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_header_is_read_back() {
        for (rows, shape) in [(Some(0), vec![0]), (Some(u64::MAX), vec![u64::MAX]), (None, vec![])]
        {
            let bytes = Header::bytes(DType::F32, rows);
            assert_eq!(bytes.len(), WRITTEN_HEADER_LEN);
            assert_eq!(bytes.last(), Some(&b'\n'));
            let header = Header::read(&mut bytes.as_slice());
            let data_start = WRITTEN_HEADER_LEN as u64;
            assert_eq!(header, Ok(Header { descr: "<f4".to_owned(), shape, data_start }));
        }
    }

    #[test]
    fn damaged_headers_are_refused() {
        let whole = Header::bytes(DType::F64, Some(3));
        for length in 0..whole.len() {
            assert!(Header::read(&mut &whole[..length]).is_err(), "{length} bytes");
        }
        assert!(Header::read(&mut &b"PK\x03\x04 not an array"[..]).is_err());
    }

    #[test]
    fn structured_dtypes_and_old_integers_are_understood() {
        let text =
            "{'descr': [('x', '<f8'), ('y', '<f8')], 'fortran_order': False, 'shape': (2L,)}";
        let (descr, shape) = parse_dictionary(text).expect("it is a header");
        assert!(descr.starts_with('['));
        assert_eq!(shape, [2]);
    }
}
