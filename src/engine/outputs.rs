//! The results of a program.

use std::ops::Index;

use super::array::Array;

/// The results of a program, in its order; those that are variables have names.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    names: Vec<Option<String>>,
    arrays: Vec<Array>,
}

impl Outputs {
    pub(super) fn new(names: Vec<Option<String>>, arrays: Vec<Array>) -> Outputs {
        assert_eq!(names.len(), arrays.len());
        Outputs { names, arrays }
    }

    /// Returns the number of results.
    #[expect(clippy::len_without_is_empty, reason = "a program has at least one result")]
    pub fn len(&self) -> usize {
        self.arrays.len()
    }

    /// Returns the result with this name.
    pub fn get(&self, name: &str) -> Option<&Array> {
        let at = self.names.iter().position(|known| known.as_deref() == Some(name))?;
        Some(&self.arrays[at])
    }

    /// Returns the results with their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Option<&str>, &Array)> {
        self.names.iter().map(Option::as_deref).zip(&self.arrays)
    }

    /// Returns the arrays alone.
    pub fn into_arrays(self) -> Vec<Array> {
        self.arrays
    }
}

impl Index<usize> for Outputs {
    type Output = Array;

    fn index(&self, index: usize) -> &Array {
        &self.arrays[index]
    }
}

impl IntoIterator for Outputs {
    type Item = (Option<String>, Array);
    type IntoIter = std::iter::Zip<std::vec::IntoIter<Option<String>>, std::vec::IntoIter<Array>>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.into_iter().zip(self.arrays)
    }
}
