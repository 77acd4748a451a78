//! The header of NPY files, NumPy's format for one array (NumPy Enhancement Proposal 1, `numpy.lib.format`).
//!
//! A file is the magic string, a version, the length of the header, and the header: a Python dictionary
//! with `descr` (the dtype), `fortran_order` and `shape`, padded so that the data begin at a multiple of 64.

use std::io::{self, Read};

use numjit::{ByteOrder, DType, TimeUnit};

const MAGIC: &[u8] = b"\x93NUMPY";
/// Room for any length of a column, so that a header can be written again when the length is known.
pub(crate) const WRITTEN_HEADER_LEN: usize = 128;

#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// NumPy's short name of the dtype with byte order, e.g. `<f8`.
    pub(crate) descr: String,
    pub(crate) shape: Vec<u64>,
    /// Whether the first axis is innermost.
    pub(crate) is_fortran: bool,
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
        let (descr, shape, is_fortran) = parse_dictionary(&text).ok_or("its header is damaged")?;
        Ok(Header { descr, shape, is_fortran, data_start: prefix + u64::from(length) })
    }

    /// Returns the bytes of the header of an array in C order.
    pub(crate) fn bytes(dtype: DType, shape: &[u64]) -> Vec<u8> {
        let lengths: Vec<String> = shape.iter().map(u64::to_string).collect();
        let shape = match &lengths[..] {
            [only] => format!("({only},)"),
            all => format!("({})", all.join(", ")),
        };
        let descr = descr(dtype);
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
        let start = MAGIC.len() + 4;
        let whole = (start + text.len() + 1).next_multiple_of(64).max(WRITTEN_HEADER_LEN);
        let length = whole - start;
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        // 64 axes of 20 digits each are 1.4 KiB.
        bytes.extend(u16::try_from(length).expect("the header is short").to_le_bytes());
        bytes.extend(format!("{text:<width$}\n", width = length - 1).bytes());
        bytes
    }
}

/// How elements are stored that have a dtype.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stored {
    pub(crate) dtype: DType,
    pub(crate) order: ByteOrder,
    /// Half floats, which are read as `f32`.
    pub(crate) is_half: bool,
}

impl Stored {
    /// Reads a short dtype name: byte order, kind, size; in times the unit.
    pub(crate) fn parse(descr: &str) -> Option<Stored> {
        let (order, rest) = descr.split_at_checked(1)?;
        let (letter, size) = rest.split_at_checked(1)?;
        let is_big_endian = order == ">" || (order != "<" && cfg!(target_endian = "big"));
        let is_native = is_big_endian == cfg!(target_endian = "big");
        let order = if is_native { ByteOrder::Native } else { ByteOrder::Swapped };
        let dtype = match (letter, size) {
            ("b", "1") => DType::Bool,
            ("i", "1") => DType::I8,
            ("i", "2") => DType::I16,
            ("i", "4") => DType::I32,
            ("i", "8") => DType::I64,
            ("u", "1") => DType::U8,
            ("u", "2") => DType::U16,
            ("u", "4") => DType::U32,
            ("u", "8") => DType::U64,
            ("f", "2" | "4") => DType::F32,
            ("f", "8") => DType::F64,
            ("c", "8") => DType::C64,
            ("c", "16") => DType::C128,
            ("S", length) => DType::Bytes(length.parse().ok()?),
            ("U", length) => DType::Str(length.parse().ok()?),
            ("M", unit) => DType::Datetime(time_unit(unit)?),
            ("m", unit) => DType::Timedelta(time_unit(unit)?),
            _ => return None,
        };
        Some(Stored { dtype, order, is_half: (letter, size) == ("f", "2") })
    }

    /// Returns the size of an element in the file, in bytes.
    pub(crate) fn size(self) -> usize {
        if self.is_half { 2 } else { self.dtype.size() }
    }
}

/// Reads `8[ns]`.
fn time_unit(text: &str) -> Option<TimeUnit> {
    TimeUnit::from_symbol(text.strip_prefix("8[")?.strip_suffix(']')?)
}

/// Returns NumPy's short name of a dtype in little-endian order.
fn descr(dtype: DType) -> String {
    match dtype {
        DType::Bool => "|b1".to_owned(),
        DType::I8 => "|i1".to_owned(),
        DType::U8 => "|u1".to_owned(),
        DType::Bytes(n) => format!("|S{n}"),
        DType::Str(n) => format!("<U{n}"),
        DType::Datetime(unit) => format!("<M8[{}]", unit.symbol()),
        DType::Timedelta(unit) => format!("<m8[{}]", unit.symbol()),
        DType::C64 | DType::C128 => format!("<c{}", dtype.size()),
        DType::F32 | DType::F64 => format!("<f{}", dtype.size()),
        DType::U16 | DType::U32 | DType::U64 => format!("<u{}", dtype.size()),
        DType::I16 | DType::I32 | DType::I64 => format!("<i{}", dtype.size()),
        other => unreachable!("{other} came out of a formula but has no writer"),
    }
}

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }`.
///
/// The dtype of a structured array is a list; it is returned as its text.
fn parse_dictionary(text: &str) -> Option<(String, Vec<u64>, bool)> {
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
    let is_fortran = value_of("fortran_order").is_some_and(|value| value.starts_with("True"));
    Some((descr.to_owned(), shape.collect::<Option<_>>()?, is_fortran))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_header_is_read_back() {
        for shape in [vec![0], vec![u64::MAX], vec![], vec![2, 3]] {
            let bytes = Header::bytes(DType::F32, &shape);
            assert_eq!(bytes.len(), WRITTEN_HEADER_LEN);
            assert_eq!(bytes.last(), Some(&b'\n'));
            let header = Header::read(&mut bytes.as_slice());
            let (descr, data_start) = ("<f4".to_owned(), WRITTEN_HEADER_LEN as u64);
            assert_eq!(header, Ok(Header { descr, shape, is_fortran: false, data_start }));
        }
        let many = Header::bytes(DType::F32, &[1_000_000; 64]);
        assert_eq!(many.len() % 64, 0);
        assert!(Header::read(&mut many.as_slice()).is_ok());
    }

    #[test]
    fn a_written_dtype_is_read_back() {
        let times = TimeUnit::ALL.map(DType::Datetime).into_iter();
        let times = times.chain(TimeUnit::ALL.map(DType::Timedelta));
        let strings = [DType::Bytes(7), DType::Str(12)];
        for dtype in DType::NUMERIC.into_iter().chain(times).chain(strings) {
            let stored = Stored::parse(&descr(dtype)).expect("the dtype has a name");
            assert_eq!((stored.dtype, stored.size()), (dtype, dtype.size()));
        }
    }

    #[test]
    fn damaged_headers_are_refused() {
        let whole = Header::bytes(DType::F64, &[3]);
        for length in 0..whole.len() {
            assert!(Header::read(&mut &whole[..length]).is_err(), "{length} bytes");
        }
        assert!(Header::read(&mut &b"PK\x03\x04 not an array"[..]).is_err());
    }

    #[test]
    fn structured_dtypes_and_old_integers_are_understood() {
        let text =
            "{'descr': [('x', '<f8'), ('y', '<f8')], 'fortran_order': False, 'shape': (2L,)}";
        let (descr, shape, _) = parse_dictionary(text).expect("it is a header");
        assert!(descr.starts_with('['));
        assert_eq!(shape, [2]);
    }
}
