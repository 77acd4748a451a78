"""The masses of pairs of muons, as a histogram: python dimuon.py histogram.png"""

# %% The columns of a Parquet file are the variables of the formula.
import sys
from pathlib import Path

import matplotlib
import numjit as nj
import numpy as np
import pyarrow.parquet as parquet

file = Path(__file__).resolve().parent.parent / "data" / "zmumu.parquet"
table = parquet.read_table(file).combine_chunks()
columns = {name: table[name].chunk(0) for name in table.column_names}

formula = "sqrt((E1 + E2)**2 - (px1 + px2)**2 - (py1 + py2)**2 - (pz1 + pz2)**2)"
mass = nj.evaluate(formula, columns)

# The file has the masses as well, rounded differently.
assert nj.evaluate("all(abs(mass - M) < 0.01 * M + 0.01)", {"mass": mass, "M": columns["M"]})

# %% The peak is that of the Z boson, at 91.2 GeV.
counts, edges = np.histogram(mass, bins=60, range=(0, 120))
highest = edges[counts.argmax()]
print(f"{len(mass)} pairs; most of them have a mass from {highest:.0f} to {highest + 2:.0f} GeV")
assert 86 <= highest <= 92

# %% As a picture.
matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
axes.stairs(counts, edges, fill=True)
axes.axvline(91.2, color="black", linewidth=0.8, linestyle="--")
axes.set(xlabel="mass of two muons (GeV)", ylabel="pairs per 2 GeV", xlim=(0, 120))
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1], dpi=150)
    print("saved", sys.argv[1])
