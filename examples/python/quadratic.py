"""The roots of a million quadratic equations, and the memory that they take."""

# %% The formula, over three arrays of 8 MB.
import tracemalloc

import numjit as nj
import numpy as np

random = np.random.default_rng(1)
a, b, c = random.uniform(1, 2, 1_000_000), random.uniform(5, 9, 1_000_000), random.random(1_000_000)
formula = "(-b + sqrt(b**2 - 4*a*c)) / (2*a)"

root = nj.evaluate(formula)
np.testing.assert_allclose(a * root**2 + b * root + c, 0, atol=1e-11)
print("the first roots:", root[:3])


# %% How much memory NumPy and numjit ask for.
def peak(compute) -> float:
    """Returns the most memory that is held while something is computed, in MB."""
    tracemalloc.start()
    compute()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def with_numpy() -> np.ndarray:
    return (-b + np.sqrt(b**2 - 4 * a * c)) / (2 * a)


kernel = nj.compile(formula, a=a, b=b, c=c)
out = np.empty_like(a)
steps = {
    "NumPy, with an array for each operation": peak(with_numpy),
    "numjit, with the result alone": peak(lambda: kernel(a, b, c)),
    "numjit, into an array that is there": peak(lambda: kernel(a, b, c, out=out)),
}
for what, megabytes in steps.items():
    print(f"{megabytes:6.1f} MB  {what}")

numpy, fresh, given = steps.values()
assert numpy > 16
assert 8 <= fresh < 8.1  # One step: the result.
assert given < 0.1
np.testing.assert_array_equal(out, root)

# %% How it is computed. In a notebook this is a page with the tree of the formula.
print(kernel.explain())
