"""A few tests of an installation: `numexpr.tests`."""

from __future__ import annotations

import platform
import sys
import unittest

import numpy as np

from .. import evaluate, interpreter, ncores, nthreads, re_evaluate, validate, version


class TestInstallation(unittest.TestCase):
    """Whether formulas are compiled and computed at all."""

    def test_results_are_those_of_numpy(self) -> None:
        a, b = np.arange(1e5), np.linspace(0, 1, 100_000)
        names = {"a": a, "b": b}
        np.testing.assert_array_equal(evaluate("2*a + 3*b", names), 2 * a + 3 * b)
        np.testing.assert_allclose(evaluate("sin(a)**2 + cos(a)**2", names), 1.0)
        np.testing.assert_allclose(evaluate("sum(a*b)", names), np.sum(a * b))

    def test_what_was_validated_runs_again(self) -> None:
        a = np.arange(10)
        self.assertIsNone(validate("a**2", {"a": a}))
        np.testing.assert_array_equal(re_evaluate({"a": a}), a**2)
        self.assertIsInstance(validate("a +", {"a": a}), SyntaxError)


def print_versions() -> None:
    """Prints the versions of what computes, and facts about the machine."""
    from ... import __version__
    from ..cpuinfo import cpu

    line = "-=" * 38
    print(line)
    print(f"Numexpr version:   {version.version} (numjit {__version__})")
    print(f"NumPy version:     {np.__version__}")
    print(f"Python version:    {sys.version}")
    print(f"Platform:          {sys.platform}-{platform.machine()}-{platform.version()}")
    print(f"CPU model:         {cpu.info[0].get('model name', platform.processor())}")
    print(f"VML available?     {interpreter.use_vml}")
    print(f"Number of threads used by default: {nthreads} (out of {ncores} detected cores)")
    print(f"Maximum number of threads: {interpreter.MAX_THREADS}")
    print(line)


def test(verbosity: int = 1) -> unittest.TestResult:
    """Prints versions and runs the tests."""
    print_versions()
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(TestInstallation)
    return unittest.TextTestRunner(verbosity=verbosity).run(tests)
