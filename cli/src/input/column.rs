//! A column of a batch in memory, as the engine reads it: bytes with a dtype and a shape.
//!
//! Half floats are widened and dates counted in 64 bits here, and here alone; what has no dtype is named so
//! that an error can say what the column is.

use arrow_buffer::{Buffer, MutableBuffer};
use numjit::{ArrayRef, ByteOrder, DType};

/// What a formula can do with a column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is read as this dtype.
    DType(DType),
    /// Text, as wide as its longest value, which only reading it shows.
    Text,
    /// Byte strings, as wide as the longest.
    Bytes,
    /// It has no dtype; the text says what it is, with an article: `a list of Int32`.
    Other(String),
    /// Nobody asked, and finding out would cost a pass over the file.
    Unread,
}

impl Kind {
    /// Returns the kind as it is called in a sentence.
    pub(crate) fn phrase(&self) -> String {
        match self {
            Kind::DType(dtype) => dtype.to_string(),
            Kind::Text => "text".to_owned(),
            Kind::Bytes => "byte strings".to_owned(),
            Kind::Other(what) => what.clone(),
            Kind::Unread => "unknown".to_owned(),
        }
    }
}

/// The elements of a column, as many as the batch has rows; of an array of an NPY file, all.
pub(crate) struct Column {
    pub(super) dtype: DType,
    shape: Vec<usize>,
    /// In bytes.
    strides: Vec<isize>,
    order: ByteOrder,
    pub(super) data: Buffer,
}

impl Column {
    /// A column of native elements that lie one after another.
    pub(super) fn flat(dtype: DType, data: impl Into<Buffer>) -> Column {
        let data = data.into();
        let rows = data.len() / dtype.size().max(1);
        let strides = vec![dtype.size().cast_signed()];
        Column { dtype, shape: vec![rows], strides, order: ByteOrder::Native, data }
    }

    /// An array of any number of axes whose elements lie one after another.
    ///
    /// `data` has as many bytes as the shape needs.
    pub(super) fn array(
        dtype: DType,
        shape: Vec<usize>,
        is_fortran: bool,
        order: ByteOrder,
        data: Buffer,
    ) -> Column {
        let mut strides = vec![0; shape.len()];
        let mut stride = dtype.size().cast_signed();
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        if !is_fortran {
            axes.reverse();
        }
        for axis in axes {
            strides[axis] = stride;
            stride *= shape[axis].max(1).cast_signed();
        }
        Column { dtype, shape, strides, order, data }
    }

    /// Text, as wide as the longest.
    pub(super) fn text<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Column {
        let width = texts.clone().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
        let mut units: Vec<u32> = Vec::new();
        for text in texts {
            let end = units.len() + width;
            units.extend(text.chars().map(u32::from));
            units.resize(end, 0);
        }
        let width = u32::try_from(width).expect("a text is shorter than 4 GiB");
        Column::flat(DType::Str(width), Buffer::from_vec(units))
    }

    /// Byte strings, as wide as the longest.
    pub(super) fn byte_strings<'a>(strings: impl Iterator<Item = &'a [u8]> + Clone) -> Column {
        let width = strings.clone().map(<[u8]>::len).max().unwrap_or(0).max(1);
        let mut bytes: Vec<u8> = Vec::new();
        for string in strings {
            let end = bytes.len() + width;
            bytes.extend_from_slice(string);
            bytes.resize(end, 0);
        }
        let width = u32::try_from(width).expect("a string is shorter than 4 GiB");
        Column::flat(DType::Bytes(width), Buffer::from_vec(bytes))
    }

    /// Returns a view of the elements for the engine.
    pub(crate) fn view(&self) -> ArrayRef<'_> {
        ArrayRef::from_bytes(&self.data, self.dtype, 0, &self.shape, &self.strides, self.order)
            .expect("a column has the bytes that its shape needs")
    }

    /// Returns the dtype of the elements.
    pub(crate) fn dtype(&self) -> DType {
        self.dtype
    }

    /// Returns the strings of a column with at least this width.
    pub(super) fn widened(self, dtype: DType) -> Column {
        let (from, to) = (self.dtype.size(), dtype.size());
        if !dtype.is_string() || from >= to {
            return self;
        }
        let mut bytes = MutableBuffer::with_capacity(self.data.len() / from.max(1) * to);
        for string in self.data.chunks_exact(from.max(1)) {
            let end = bytes.len() + to;
            bytes.extend_from_slice(string);
            bytes.resize(end, 0);
        }
        Column::flat(dtype, bytes)
    }

    /// Returns the elements with these indices, one after another.
    pub(super) fn take(&self, indices: &[usize]) -> Column {
        let size = self.dtype.size();
        let mut bytes = MutableBuffer::with_capacity(indices.len() * size);
        for &index in indices {
            bytes.extend_from_slice(&self.data[index * size..(index + 1) * size]);
        }
        Column::flat(self.dtype, bytes)
    }

    /// Returns the elements of columns of one dtype as one column; a single one as it is.
    pub(super) fn joined(mut columns: Vec<Column>, dtype: DType) -> Column {
        match columns.len() {
            0 => Column::flat(dtype, Buffer::from_vec(Vec::<u8>::new())),
            1 => columns.remove(0),
            _ => {
                let len = columns.iter().map(|column| column.data.len()).sum();
                let mut bytes = MutableBuffer::with_capacity(len);
                columns.iter().for_each(|column| bytes.extend_from_slice(&column.data));
                let rows = columns.iter().map(|column| column.shape[0]).sum();
                let order = columns[0].order;
                Column::array(dtype, vec![rows], false, order, bytes.into())
            }
        }
    }
}
