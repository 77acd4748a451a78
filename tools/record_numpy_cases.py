#!/usr/bin/env python3
"""Records what NumPy gives for formulas, into tests/data/numpy_cases.jsonl.zst.

    python tools/record_numpy_cases.py tests/data/numpy_cases.jsonl.zst

Needs NumPy 2, mpmath and the command `zstd`. Each line is a case:

    group   what it belongs to
    expr    the formula, in numjit's language
    in      name -> {dtype, shape, data, strides?, offset?, swapped?}: the bytes of the buffer in
            hexadecimal; without strides (in bytes) the elements lie in C order, without offset (of the
            first element) from the start; swapped means big-endian
    out     {dtype, shape, data, strides?}: the elements in C order; strides are NumPy's, where it lays a
            new array out by `order='K'`. A list of these for formulas with several results
    err     instead of `out`: the type of NumPy's exception
    into    {dtype, shape, casting, swapped?, strides?}: the result is cast into an array like this; `out`
            then is what the array holds
    ulp     0: equal bits (but any NaN is equal to any other). A name: the value is correctly rounded, and
            the bound of this function or reduction applies. Another number: the bound itself. Errors of
            complex numbers are in units of the last place of the larger part

What is left out: results of dtypes that numjit does not have (`Recorder.add`), and where NumPy's answer
depends on the machine or is not one to follow; the comments beside the cases say so.
"""

import sys
import warnings

from rounding import without_fused_arithmetic

without_fused_arithmetic()
warnings.simplefilter("ignore")

from numpy_cases import arrays, elementwise, kinds, mixed  # noqa: E402
from numpy_cases.recorder import Recorder  # noqa: E402


def main():
    recorder = Recorder()
    for module in (elementwise, arrays, kinds, mixed):
        module.record(recorder)
    recorder.write(sys.argv[1])
    recorder.report()


main()
