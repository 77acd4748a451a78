"""The package `numexpr`, provided by numjit: the same objects as those of `numjit.numexpr`."""

from numjit._install import install_as_numexpr

# From here on this name, and those of the submodules, belong to numjit's modules; `import numexpr`
# returns what it finds under its name when this file has run.
install_as_numexpr()
