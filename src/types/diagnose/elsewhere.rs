//! What NumPy, pandas and others have under a name that is not in the language, and how to write it here.

use crate::ops::{Func, Reduction};

/// Why something that goes along an axis in an order is missing.
const IN_ORDER: &str =
    "every element is computed by itself: compute it before, and pass it as an input";
const SORTED: &str = "it needs all elements in order: compute it before, and pass it as an input";

/// Returns how to write a function of this name, where there is a short way.
pub(super) fn function(name: &str) -> Option<&'static str> {
    Some(match name {
        "divmod" => "write its parts: `x // y, x % y`",
        "modf" => "write its parts: `fmod(x, 1), trunc(x)`",
        "dot" | "vdot" | "inner" => "for the inner product of two vectors write `sum(a * b)`",
        "matmul" => matrix_product(),
        "outer" => "write `a[:, None] * b`",
        "norm" => "write `sqrt(sum(x * x))`",
        "average" => "write `sum(x * w) / sum(w)`, or `mean(x)`",
        "nanstd" | "nanvar" => "write `var(x, where=~isnan(x))`",
        "ptp" => "write `max(x) - min(x)`",
        "len" | "size" | "count" => "for the number of elements write `sum(ones_like(x))`",
        "float" | "float64" | "double" => "to convert an array write `1.0 * x`",
        "float32" | "single" | "half" | "float16" => {
            "pass the input as f32, or give an output of f32"
        }
        "int" | "int64" | "int32" | "astype" | "cast" => {
            "for the whole part write `trunc(x)`; pass the input or the output in another dtype"
        }
        "bool" => "write `x != 0`",
        "str" => "strings are inputs and literals only",
        "isna" | "isnull" => "for NaN write `isnan(x)`, for \"not a time\" `isnat(x)`",
        "notna" | "notnull" => "write `~isnan(x)`",
        "fillna" => "write `nan_to_num(x)`, or `where(isnan(x), 0, x)`",
        "between" => "write `(a <= x) & (x <= b)`",
        "isneginf" => "write `x == -inf`",
        "isposinf" => "write `x == inf`",
        "expand_dims" => "write `x[:, None]`",
        "ln" => "the natural logarithm is `log(x)`",
        "sgn" => "write `sign(x)`",
        "cot" => "write `1 / tan(x)`",
        "sec" => "write `1 / cos(x)`",
        "csc" => "write `1 / sin(x)`",
        "iif" | "ifelse" | "if_else" | "choose" => "write `where(condition, x, y)`",
        "median" | "nanmedian" | "percentile" | "quantile" | "nanpercentile" | "nanquantile"
        | "sort" | "argsort" | "unique" | "rank" => SORTED,
        "cumsum" | "cumprod" | "diff" | "gradient" | "roll" | "shift" | "convolve" | "interp" => {
            IN_ORDER
        }
        "arange" | "linspace" | "zeros" | "ones" | "full" | "array" | "range" => {
            "arrays are inputs; `zeros_like(x)` and `ones_like(x)` have the shape of another"
        }
        "datetime64" | "timedelta64" | "to_datetime" | "Timestamp" | "date" => {
            "moments and durations are inputs: pass one as a single value"
        }
        _ => return None, // tidy: a name, not an op
    })
}

/// Returns how to write a method or an attribute of this name.
pub(super) fn member(name: &str) -> Option<String> {
    if let Some(func) = Func::from_name(name) {
        let info = func.info();
        let must = &info.params[..info.min_args];
        return Some(format!("call the function: `{name}({})`", must.join(", ")));
    }
    if Reduction::from_name(name).is_some() {
        return Some(format!("call the function: `{name}(x)`"));
    }
    function(name).map(str::to_owned)
}

/// Returns how to write what `@` computes.
pub(super) fn matrix_product() -> &'static str {
    "write `sum(a * b)` for two vectors, `sum(a * b, axis=-1)` for a matrix and a vector, \
     `sum(a[:, :, None] * b, axis=1)` for two matrices"
}
