"""The names and numbers of the operations of numexpr's virtual machine.

Nothing here runs by them. They are what `NumExpr.program` and `disassemble` show, and which kinds
an operation takes: a name ends with the letters of the kinds of its result and its operands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

# In the order of their numbers; a dash is a number that no operation has.
_OPCODES = """
noop copy_bb invert_bb and_bbb or_bbb xor_bbb eq_bbb ne_bbb
gt_bii ge_bii eq_bii ne_bii gt_bll ge_bll eq_bll ne_bll gt_bff ge_bff eq_bff ne_bff
gt_bdd ge_bdd eq_bdd ne_bdd gt_bss ge_bss eq_bss ne_bss
cast_ib copy_ii ones_like_ii neg_ii add_iii sub_iii mul_iii div_iii pow_iii mod_iii
floordiv_iii lshift_iii rshift_iii where_ibii invert_ii and_iii or_iii xor_iii
cast_li copy_ll ones_like_ll neg_ll add_lll sub_lll mul_lll div_lll pow_lll mod_lll
floordiv_lll lshift_lll rshift_lll where_lbll invert_ll and_lll or_lll xor_lll
cast_fi cast_fl copy_ff ones_like_ff neg_ff add_fff sub_fff mul_fff div_fff pow_fff mod_fff
floordiv_fff sqrt_ff where_fbff func_ffn func_fffn
cast_di cast_dl cast_df copy_dd ones_like_dd neg_dd add_ddd sub_ddd mul_ddd div_ddd pow_ddd
mod_ddd floordiv_ddd sqrt_dd where_dbdd func_ddn func_dddn
eq_bcc ne_bcc cast_ci cast_cl cast_cf cast_cd ones_like_cc copy_cc neg_cc add_ccc sub_ccc
mul_ccc div_ccc where_cbcc func_ccn func_cccn real_dc imag_dc complex_cdd
copy_ss where_bbbb contains_bss func_bdn func_bfn func_bcn func_iin func_lln
- sum_iin sum_lln sum_ffn sum_ddn sum_ccn - prod_iin prod_lln prod_ffn prod_ddn prod_ccn
- min_iin min_lln min_ffn min_ddn - max_iin max_lln max_ffn max_ddn
"""

_OF_FLOATS = """
sqrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh
log log1p log10 log2 exp expm1 absolute conjugate
"""
_OF_REALS = _OF_FLOATS + "ceil floor trunc sign round"
_OF_TWO = "fmod arctan2 hypot nextafter copysign maximum minimum"
_QUESTIONS = "isnan isfinite isinf"
_OF_INTS = "sign round absolute"

# For each signature its functions, in the order of their numbers.
_FUNCTIONS = {
    "ff": _OF_REALS,
    "dd": _OF_REALS,
    "cc": _OF_FLOATS + "sign round",
    "ii": _OF_INTS,
    "ll": _OF_INTS,
    "fff": _OF_TWO,
    "ddd": _OF_TWO,
    "ccc": "pow",
    "bf": _QUESTIONS + " signbit",
    "bd": _QUESTIONS + " signbit",
    "bc": _QUESTIONS,
}

#: The number of each operation.
opcodes: dict[bytes, int] = {
    name.encode(): number for number, name in enumerate(_OPCODES.split()) if name != "-"
}
#: The number of each function among those with the same signature.
funccodes: dict[bytes, int] = {
    f"{name}_{kinds}".encode(): number
    for kinds, names in _FUNCTIONS.items()
    for number, name in enumerate(names.split())
}

_RANK = "bilfdc"


def _raised(kinds: str) -> Iterator[str]:
    """Returns the kinds that operands of these kinds may be raised to, the least first."""
    if not kinds:
        yield ""
        return
    first, rest = kinds[0], kinds[1:]
    choices = _RANK[_RANK.index(first) :] if first in _RANK else first
    for choice in choices:
        for others in _raised(rest):
            yield choice + others


@lru_cache(maxsize=1024)
def find(name: str, result: str, operands: str) -> tuple[str, int | None, str] | None:
    """Returns the operation with this kind of result for operands of these kinds.

    Returns:
        its opcode, the number of the function if it is one, and the kinds of its operands.
    """
    for kinds in _raised(operands):
        if f"{name}_{result}{kinds}".encode() in opcodes:
            return f"{name}_{result}{kinds}", None, kinds
    for kinds in _raised(operands):
        number = funccodes.get(f"{name}_{result}{kinds}".encode())
        if number is not None:
            return f"func_{result}{kinds}n", number, kinds
    return None
