//! Tables of numbers, written down as their bits.

/// Returns rows of numbers from rows of their bits.
pub(crate) const fn floats<const COLUMNS: usize, const ROWS: usize>(
    bits: [[u64; COLUMNS]; ROWS],
) -> [[f64; COLUMNS]; ROWS] {
    let mut rows = [[0.0; COLUMNS]; ROWS];
    let mut row = 0;
    while row < ROWS {
        let mut column = 0;
        while column < COLUMNS {
            rows[row][column] = f64::from_bits(bits[row][column]);
            column += 1;
        }
        row += 1;
    }
    rows
}
