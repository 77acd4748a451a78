"""Runs the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"
NEEDS = {
    "dask_quadratic.py": ["dask", "distributed"],
    "dimuon.py": ["matplotlib", "pyarrow"],
    "quadratic.py": [],
}


def test_every_example_is_here():
    assert sorted(path.name for path in EXAMPLES.glob("*.py")) == sorted(NEEDS)


@pytest.mark.parametrize("name", NEEDS)
def test_example_runs(name, tmp_path):
    for module in NEEDS[name]:
        pytest.importorskip(module, reason=f"{module} is not installed")
    picture = tmp_path / "picture.png"
    command = [sys.executable, str(EXAMPLES / name), str(picture)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    if name == "dimuon.py":
        assert picture.read_bytes().startswith(b"\x89PNG")
