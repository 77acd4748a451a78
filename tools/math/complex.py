"""The table of arc tangents that complex logarithms use.

    python tools/math/complex.py > src/math/elementary/complex/table.rs
"""

import struct

from mpmath import atan, mp, mpf

mp.prec = 300


def bits(x):
    return "0x" + struct.pack(">d", x).hex()


print("//! The table of arc tangents, printed by `tools/math/complex.py`.\n")
print("use super::super::table::floats;\n")
print("/// atan(i/64), and what it lacks.")
print("pub(super) static ARC_TANGENTS: [[f64; 2]; 65] = floats([")
for i in range(65):
    exact = atan(mpf(i) / 64)
    hi = float(exact)
    print(f"    [{bits(hi)}, {bits(float(exact - mpf(hi)))}],")
print("]);")
