"""Stands in for numexpr in a running process."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

#: The submodules of numexpr.
_SUBMODULES = ("cpuinfo", "expressions", "interpreter", "necompiler", "tests", "utils", "version")


def install_as_numexpr() -> ModuleType:
    """Lets `import numexpr` mean `numjit.numexpr` in this process from here on, submodules as well.

    Modules that have imported numexpr before keep what they have.

    Returns:
        the module.
    """
    ours = "numjit.numexpr"
    module = importlib.import_module(ours)
    for name in [name for name in sys.modules if name.startswith("numexpr.")]:
        del sys.modules[name]
    sys.modules["numexpr"] = module
    for name in _SUBMODULES:
        sys.modules[f"numexpr.{name}"] = importlib.import_module(f"{ours}.{name}")
    return module
