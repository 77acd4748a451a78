"""Threads, processes, signals and memory."""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import sysconfig
import textwrap
import threading

import numjit as nj
import numjit.numexpr as numexpr
import numpy as np
import pytest
from numjit._numjit import NumexprKernel


def test_thirty_threads_share_a_kernel():
    kernel = nj.compile("a*x + sin(x)", a="f8", x="f8")
    x = np.linspace(0, 1, 100_000)
    expected = [kernel(float(n), x) for n in range(30)]
    start = threading.Barrier(30)

    def work(n):
        start.wait()
        for _ in range(10):
            np.testing.assert_array_equal(kernel(float(n), x), expected[n])
            np.testing.assert_array_equal(
                nj.evaluate("a*x + sin(x)", {"a": float(n), "x": x}), expected[n]
            )
        return True

    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        assert all(pool.map(work, range(30)))


def test_threads_compile_the_same_text_together():
    texts = [f"x + {n % 5}.25 + {os.getpid()}" for n in range(30)]
    x = np.ones(10)
    start = threading.Barrier(30)

    def work(text):
        start.wait()
        return nj.evaluate(text, {"x": x})[0]

    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        results = list(pool.map(work, texts))
    assert results == [1 + n % 5 + 0.25 + os.getpid() for n in range(30)]


def test_threads_compute_while_settings_change():
    """All that threads share is made, looked up and dropped at once."""
    x, y = np.arange(100.0), np.arange(100, dtype="f4")
    nex = numexpr.NumExpr("3*a + b")
    before = nj.get_num_threads()
    start = threading.Barrier(8)

    def work(n):
        start.wait()
        for k in range(60):
            a = (x, y)[(n + k) % 2]
            expr = f"a*{k // 10} + {n % 2}"
            want = a * (k // 10) + n % 2
            np.testing.assert_array_equal(numexpr.evaluate(expr, {"a": a}), want)
            np.testing.assert_array_equal(numexpr.re_evaluate({"a": a}), want)
            np.testing.assert_array_equal(nj.evaluate(expr, {"a": a}), want)
            np.testing.assert_array_equal(nex(x, 1.5), 3 * x + 1.5)
            if n == 0:
                nj.set_num_threads(1 + k % 2)
        return True

    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert all(pool.map(work, range(8)))
    finally:
        nj.set_num_threads(before)


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="there is a lock")
def test_the_interpreters_lock_stays_away():
    child = run_python("""
        import sys
        import numjit, numjit.numexpr
        print(sys._is_gil_enabled())
    """)
    assert child.communicate(timeout=60) == ("False\n", "")


def test_other_threads_run_meanwhile():
    x = np.full(4_000_000, 0.5)
    ticks = 0
    done = threading.Event()

    def tick():
        nonlocal ticks
        while not done.wait(0.001):
            ticks += 1

    ticker = threading.Thread(target=tick)
    ticker.start()
    before = sys.getswitchinterval()
    sys.setswitchinterval(10)  # nobody is made to let go of the interpreter
    try:
        for _ in range(200):
            nj.evaluate("sin(x)*cos(x)*exp(x)*tan(x)", threads=1)
            if ticks > 5:
                break
    finally:
        sys.setswitchinterval(before)
        done.set()
        ticker.join()
    assert ticks > 5


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_few_elements_that_meet_in_many_can_be_stopped():
    x = np.full((2000,), 0.5)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            nj.evaluate("sum(exp(sin(x[:, None, None] + x[:, None] + x)))")
    finally:
        timer.join()


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads /proc")
def test_a_hundred_thousand_calls_leak_nothing():
    a, b = np.ones(100), np.ones(100)
    big = np.ones(10_000)
    kernel = nj.compile("a + b", a="f8", b="f8")
    out = np.empty(100)
    nex = numexpr.NumExpr("x - 3*y")

    def calls(n):
        x, y = a, b
        for _ in range(n):
            nj.evaluate("2*x + 3*y")
            numexpr.evaluate("2*x - 3*y")
            numexpr.evaluate("2*x - 3*y", out=out)
            numexpr.re_evaluate({"x": a, "y": 2.5})
            nex(a, b)
            nj.evaluate("sum(a), a + b")
            kernel(a, 1.0, out=out)
        for _ in range(n // 20):
            nj.evaluate("big[:, None] + a", {"big": big[:20], "a": a})
            nj.evaluate("big + 1")
            with contextlib.suppress(ValueError):
                nex(a, big)
            with contextlib.suppress(TypeError):
                kernel(a)

    calls(5_000)
    before = resident()
    calls(33_000)
    assert resident() - before < 4 << 20


NUMEXPR = NumexprKernel("x * 3", ["x"], [np.dtype("f8")])


def in_child(connection, kernel):
    x = np.arange(1e6)
    np.testing.assert_array_equal(NUMEXPR.run([x], None, "K", "safe"), x * 3)
    ok = np.array_equal(nj.evaluate("x * 2"), x * 2) and np.array_equal(kernel(x), x + 1)
    connection.send(bool(ok))


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_child_processes_compute(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    before = nj.set_num_threads(2)
    try:
        kernel = nj.compile("x + 1", x="f8")
        x = np.arange(1e6)
        nj.evaluate("x * 2")  # the threads of this process run
        kernel(x)
        NUMEXPR.run([x], None, "K", "safe")
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        child = context.Process(target=in_child, args=(theirs, kernel))
        child.start()
        assert ours.poll(120), "the child hangs"
        assert ours.recv()
        child.join()
        np.testing.assert_array_equal(nj.evaluate("x * 2"), x * 2)
    finally:
        nj.set_num_threads(before)


def run_python(code, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("threads", [1, 2])
def test_control_c_stops_a_long_run(threads):
    child = run_python(f"""
        import numpy as np, numjit as nj
        x = np.full((200_000, 1), 0.5)
        y = np.full(200_000, 0.5)
        text = "sum(exp(sin(x + y)))"
        nj.evaluate(text, {{"x": x[:2], "y": y[:2]}}, threads={threads})
        print("running", flush=True)
        try:
            # 4·10¹⁰ elements take minutes.
            nj.evaluate(text, {{"x": x, "y": y}}, threads={threads})
        except KeyboardInterrupt:
            print("stopped", flush=True)
            print(nj.evaluate("x + 1", {{"x": 1.0}}), flush=True)
    """)
    try:
        assert child.stdout.readline() == "running\n"
        # The signal comes in the middle of the run: far later than the run begins, far sooner than it ends.
        threading.Event().wait(1)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (out, err) == ("stopped\n2.0\n", "")


def test_sub_interpreters_compute_or_are_refused():
    """NumPy decides which: a crash or another value is neither."""
    child = run_python("""
        try:
            import _interpreters as interpreters
        except ImportError:
            try:
                import _xxsubinterpreters as interpreters
            except ImportError:
                raise SystemExit(print("none"))
        import numjit
        code = '''
        try:
            import numjit
        except ImportError:
            print("refused", flush=True)
        else:
            print(numjit.evaluate("sum(2*x + 1)", {"x": [1.0, 2.5]}), flush=True)
        '''
        import textwrap
        run = getattr(interpreters, "run_string", None) or interpreters.exec
        run(interpreters.create(), textwrap.dedent(code))
    """)
    out, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    if out.strip() == "none":
        pytest.skip("this Python has no module of sub-interpreters")
    assert out.strip() in ("refused", "9.0")
