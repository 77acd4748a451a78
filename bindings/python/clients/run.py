"""Runs the test suites of numexpr and of its users against numjit.

Makes a virtual environment with numjit, the package `numexpr` that numjit provides, and a client;
runs the client's own tests as they are in its wheel, and compares the counts with those of the real
numexpr:

    python clients/run.py                        # all three
    python clients/run.py numexpr pandas         # some of them
    python clients/run.py --quick                # numexpr's, and the first part of the others
    python clients/run.py --wheel numjit.whl     # of a wheel that has been built before

Needs Python with `venv` and a package index; without `--wheel` also what numjit is built with.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent

#: Of all clients, so that results can be compared.
COMMON = ["numpy==2.4.6", "pytest==9.2.0", "hypothesis==6.170.15"]

NUMEXPR = "numexpr==2.14.2"


@dataclass
class Place:
    """Where a client's tests run: a virtual environment, and a folder to be in."""

    python: Path
    folder: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs Python with these arguments, and returns what it printed."""
        return subprocess.run(
            [self.python, *command],
            cwd=self.folder,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def pip(self, *command: str | Path) -> None:
        """Runs pip, which has to succeed."""
        done = self.run("-m", "pip", "--disable-pip-version-check", "--quiet", *command)
        if done.returncode != 0:
            sys.exit(f"pip {' '.join(map(str, command))}\n{done.stdout}")

    def pytest(self, *what: str) -> tuple[Counter[str], str]:
        """Runs pytest, and returns how many tests came to which end."""
        done = self.run("-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *what)
        summary = done.stdout.rstrip().rpartition("\n")[2]
        counts = {
            name: int(n) for n, name in re.findall(r"(\d+) (\w+)", summary.partition(" in ")[0])
        }
        for noise in ("warning", "warnings", "deselected"):
            counts.pop(noise, None)
        return Counter(counts), done.stdout


@dataclass
class Client:
    """A package that uses numexpr.

    Attributes:
        packages: what is installed.
        run: runs the tests; the second argument says whether all of them.
        expected: how many tests come to which end with the real numexpr, in a run of all (`False`)
            and in a quick one (`True`).
    """

    packages: list[str]
    run: Callable[[Place, bool], tuple[Counter[str], str]]
    expected: dict[bool, dict[str, int]] = field(default_factory=dict)


def numexprs_own(place: Place, quick: bool) -> tuple[Counter[str], str]:
    """The suite from numexpr's wheel, of which nothing else is installed."""
    place.pip("download", "--no-deps", "--only-binary=:all:", "--dest", place.folder, NUMEXPR)
    (wheel,) = place.folder.glob("numexpr-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in ("conftest.py", "test_numexpr.py"):
            (place.folder / name).write_bytes(archive.read(f"numexpr/tests/{name}"))
    return place.pytest("test_numexpr.py")


def pandas(place: Place, quick: bool) -> tuple[Counter[str], str]:
    """Arithmetic of large frames, and `eval` and `query`."""
    rest = [] if quick else ["pandas.tests.computation"]
    return place.pytest("--pyargs", "pandas.tests.test_expressions", *rest)


_UNITTEST = """
import importlib, sys, unittest
ends = dict.fromkeys(("passed", "failed", "skipped"), 0)
for name in sys.argv[1:]:
    suite = importlib.import_module("tables.tests." + name).suite()
    result = unittest.TextTestRunner(verbosity=0).run(suite)
    bad = len(result.failures) + len(result.errors)
    ends["failed"] += bad
    ends["skipped"] += len(result.skipped)
    ends["passed"] += result.testsRun - bad - len(result.skipped)
print("ends", *(f"{n} {end}" for end, n in ends.items()))
"""


def pytables(place: Place, quick: bool) -> tuple[Counter[str], str]:
    """Queries of tables, and expressions of arrays on disk."""
    modules = ["test_expression"] if quick else ["test_expression", "test_queries"]
    output = place.run("-c", _UNITTEST, *modules).stdout
    last = output.rstrip().rpartition("\n")[2]
    counts = {
        name: int(n) for n, name in re.findall(r"(\d+) (\w+)", last) if last.startswith("ends")
    }
    return Counter(counts), output


CLIENTS = {
    "numexpr": Client([], numexprs_own, {q: {"passed": 6042} for q in (False, True)}),
    "pandas": Client(
        ["pandas==3.1.1"],
        pandas,
        {False: {"passed": 11544, "xfailed": 44}, True: {"passed": 255}},
    ),
    "pytables": Client(
        ["tables==3.11.1"], pytables, {False: {"passed": 1762}, True: {"passed": 142}}
    ),
}


def build_wheel(folder: Path) -> Path:
    """Builds numjit's wheel."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, PACKAGE]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("numjit-*.whl")
    return wheel


def check(name: str, wheel: Path, quick: bool) -> bool:
    """Runs the tests of a client, and returns whether they end as they do with numexpr."""
    client = CLIENTS[name]
    with tempfile.TemporaryDirectory(prefix=f"numjit-{name}-") as scratch:
        folder = Path(scratch)
        venv.create(folder / "venv", with_pip=True)
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        place = Place(folder / "venv" / scripts / "python", folder)
        place.pip("install", *COMMON, *client.packages)
        # Clients that need numexpr bring it along; both packages have the same files.
        place.pip("uninstall", "--yes", "numexpr")
        # Building leaves files beside the sources, so a copy is built.
        shim = shutil.copytree(PACKAGE / "numexpr-shim", folder / "shim")
        place.pip("install", "--no-deps", wheel, shim)
        start = time.monotonic()
        counts, output = client.run(place, quick)
        seconds = time.monotonic() - start
    counts = +counts
    expected = client.expected[quick]
    is_right = counts == expected
    if not is_right:
        print(output[-20_000:])
    ends = ", ".join(f"{n:,} {end}" for end, n in counts.items()) or "nothing ran"
    wanted = "" if is_right else f"; expected {expected}"
    print(f"{name}: {ends} in {seconds:.0f} s{wanted}", flush=True)
    return is_right


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clients", nargs="*", help=f"some of {', '.join(CLIENTS)}; by default all")
    parser.add_argument("--wheel", type=Path, help="numjit's wheel; by default it is built")
    parser.add_argument("--quick", action="store_true", help="only the first part of long suites")
    options = parser.parse_args()
    unknown = set(options.clients) - set(CLIENTS)
    if unknown:
        parser.error(f"no such client: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="numjit-wheel-") as folder:
        wheel = options.wheel.resolve() if options.wheel else build_wheel(Path(folder))
        results = [check(name, wheel, options.quick) for name in options.clients or CLIENTS]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
