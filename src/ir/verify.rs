pub(crate) fn expect_valid(_g: &super::Graph) {}
