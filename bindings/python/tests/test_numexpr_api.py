"""numexpr's interface: what its users call, and what they are told when something is wrong."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import threading
import weakref
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numjit
import numjit.numexpr as ne
import numpy as np
import pytest
from numjit.numexpr import E, expressions, necompiler

THREE = np.arange(3.0)
SIX = np.arange(6.0)


def told(call: Any, *args: Any, **kwargs: Any) -> tuple[str, str]:
    """Returns the exception that a call ends with each time, and its words."""
    outcomes = []
    for _ in range(2):
        with pytest.raises(Exception) as caught:
            call(*args, **kwargs)
        outcomes.append((type(caught.value).__name__, str(caught.value)))
    assert outcomes[0] == outcomes[1]
    return outcomes[0]


class TestNames:
    def test_are_those_of_the_caller(self) -> None:
        a = THREE
        assert ne.evaluate("a + 1").tolist() == [1, 2, 3]
        assert ne.evaluate("sum(SIX)") == 15  # of the module
        assert a is THREE

    def test_are_looked_up_in_mappings_of_any_kind(self) -> None:
        scope: ChainMap[str, Any] = ChainMap({"a": THREE}, {"b": THREE})
        assert ne.evaluate("a + b", scope, {}).tolist() == [0, 2, 4]
        assert told(ne.evaluate, "a + zzz", scope, {}) == ("KeyError", "'zzz'")

    def test_of_globals_stay_visible_beside_a_local_dict(self) -> None:
        assert ne.evaluate("a + THREE", {"a": THREE}).tolist() == [0, 2, 4]

    def test_are_found_in_frames_further_up(self) -> None:
        def wrapped(expr: str) -> Any:
            return ne.evaluate(expr, _frame_depth=4)

        a = THREE
        assert wrapped("a * 2").tolist() == [0, 2, 4]
        assert a is THREE

    def test_of_functions_win(self) -> None:
        real = THREE
        message = "unsupported expression type: <class 'function'>"
        assert told(ne.evaluate, "real") == ("TypeError", message)
        assert real is THREE

    def test_leave_no_references(self) -> None:
        def compute() -> weakref.ref[Any]:
            a = np.arange(5.0)
            ne.evaluate("a + 1")
            return weakref.ref(a)

        reference = compute()
        gc.collect()
        assert reference() is None

    def test_locals_that_somebody_holds_stay(self) -> None:
        a = THREE
        held = locals()
        ne.evaluate("a + 1")
        assert held["a"] is THREE


class TestResults:
    def test_are_plain_arrays_of_their_own(self) -> None:
        masked = np.ma.masked_array(THREE, [0, 1, 0])
        result = ne.evaluate("masked")
        assert type(result) is np.ndarray
        assert result.flags.owndata and result.flags.writeable
        assert ne.evaluate("3").shape == ()

    def test_of_int64_have_numpys_own_dtype(self) -> None:
        i = np.arange(3)
        assert ne.evaluate("i * 2").dtype.type is np.int64

    @pytest.mark.parametrize("order", ["K", "C", "F", "A", "c", None])
    def test_are_laid_out_as_numpys_iterator_lays_them_out(self, order: Any) -> None:
        for a in (
            np.ones((3, 4)),
            np.asfortranarray(np.ones((3, 4))),
            np.ones((3, 4))[::-1, ::2],
            np.ones((2, 3, 4)).transpose(2, 0, 1),
        ):
            want = np.nditer(
                [a, None], order=order or "K", op_flags=[["readonly"], ["writeonly", "allocate"]]
            ).operands[1]
            assert ne.evaluate("a + 1", order=order).strides == want.strides

    def test_of_nothing_have_numpys_shapes(self) -> None:
        e, m = np.zeros((0, 3)), np.ones((7, 1))
        assert ne.evaluate("e + 1").shape == (0, 3)
        assert ne.evaluate("sum(e, axis=0)").tolist() == [0, 0, 0]
        assert told(ne.evaluate, "e + m", {"e": e, "m": m})[0] == "ValueError"

    def test_take_dtypes_that_are_converted_first(self) -> None:
        half, long_double = SIX.astype(np.float16), SIX.astype(np.longdouble)
        assert ne.evaluate("half * 2").dtype == np.float32
        assert ne.evaluate("long_double * 2").dtype == np.float64
        message = "Iterator operand 1 dtype could not be cast"
        assert told(ne.evaluate, "x * 2", {"x": long_double}, casting="safe")[1].startswith(message)

    @pytest.mark.parametrize("optimization", ["none", "moderate", "aggressive"])
    def test_have_the_kinds_of_the_optimization(self, optimization: str) -> None:
        i, f = np.arange(1, 4, dtype=np.int32), THREE.astype(np.float32)
        square = ne.evaluate("i**2.0", optimization=optimization)
        assert square.tolist() == [1, 4, 9]
        assert square.dtype == (np.float64 if optimization == "none" else np.int32)
        cube = ne.evaluate("f**3.0", optimization=optimization)
        assert cube.dtype == (np.float32 if optimization == "aggressive" else np.float64)


class TestOutputs:
    def test_are_filled_and_returned(self) -> None:
        a, out = SIX, np.zeros((2, 6))
        assert ne.evaluate("a + 1", out=out) is out
        assert out.tolist() == [[1, 2, 3, 4, 5, 6]] * 2

    @pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "c8", np.longdouble])
    def test_of_other_dtypes_are_converted_to(self, dtype: Any) -> None:
        a, out = SIX, np.zeros(6, dtype)
        assert ne.evaluate("a + 1", out=out) is out
        assert out.tolist() == [1, 2, 3, 4, 5, 6]

    def test_that_overlap_inputs_get_what_separate_ones_get(self) -> None:
        x = np.arange(5000.0)
        want = x[:-1] + x[1:]
        ne.evaluate("a + b", {"a": x[:-1], "b": x[1:]}, out=x[1:])
        np.testing.assert_array_equal(x[1:], want)

    @pytest.mark.parametrize(
        ("expr", "out", "error", "message"),
        [
            (
                "SIX + 1",
                np.zeros(6, "i4"),
                "TypeError",
                "Iterator requested dtype could not be cast from dtype('float64') to "
                "dtype('int32'), the operand 0 dtype, according to the rule 'same_kind'",
            ),
            (
                "SIX + 1",
                np.zeros(3),
                "ValueError",
                "operands could not be broadcast together with shapes (3,) (6,) ",
            ),
            (
                "SIX + 1",
                np.zeros((6, 1)),
                "ValueError",
                "non-broadcastable output operand with shape (6,1) doesn't match the broadcast "
                "shape (6,6)",
            ),
            (
                "SIX + 1",
                np.broadcast_to(np.zeros(1), (6,)),
                "ValueError",
                "operand array with iterator write flag set is read-only",
            ),
            (
                "SIX + 1",
                np.zeros(6, object),
                "TypeError",
                "Iterator operand or requested dtype holds references, but the "
                "NPY_ITER_REFS_OK flag was not enabled",
            ),
            ("SIX", [1], "TypeError", "cannot create weak reference to 'list' object"),
            (
                "3",
                np.zeros(2, "i4"),
                "ValueError",
                "output for a constant expression must have size 1",
            ),
            (
                "3",
                np.zeros(1),
                "TypeError",
                "Cannot cast array data from dtype('float64') to dtype('int32') according to the "
                "rule 'safe'",
            ),
            (
                "sum(SIX)",
                np.zeros(2),
                "ValueError",
                "out argument must have size 1 for a full reduction",
            ),
        ],
    )
    def test_that_do_not_fit_are_refused_in_numpys_words(
        self, expr: str, out: Any, error: str, message: str
    ) -> None:
        assert told(ne.evaluate, expr, out=out) == (error, message)

    def test_of_strings_are_no_crash(self) -> None:
        assert told(ne.evaluate, "SIX + 1", out=np.zeros(6, "S4"))[0] == "TypeError"

    def test_of_reductions_have_the_shape_of_the_result(self) -> None:
        m = np.ones((2, 3))
        assert ne.evaluate("sum(m, axis=0)", out=np.ones(3)).tolist() == [2, 2, 2]
        assert ne.evaluate("sum(m)", out=np.ones((1, 1))).tolist() == [[6]]
        assert ne.evaluate("sum(m)", out=np.zeros((), "f4")) == 6
        assert told(ne.evaluate, "sum(m, axis=0)", {"m": m}, out=np.ones(2))[0] == "ValueError"


class TestAgain:
    def test_what_was_validated_runs(self) -> None:
        assert ne.validate("a + 1", {"a": THREE}) is None
        assert ne.re_evaluate({"a": SIX}).tolist() == [1, 2, 3, 4, 5, 6]
        assert ne.re_evaluate({"a": np.arange(2)}).dtype == np.float64

    def test_what_is_wrong_is_returned(self) -> None:
        assert isinstance(ne.validate("a +"), SyntaxError)
        assert isinstance(ne.validate("zzz"), KeyError)
        assert isinstance(ne.validate(3), ValueError)  # type: ignore[arg-type]
        assert isinstance(ne.validate("SIX", foo=1), ValueError)

    def test_a_thread_that_evaluated_nothing_is_told_so(self) -> None:
        found = []

        def work() -> None:
            found.append(told(ne.re_evaluate)[0])

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert found == ["RuntimeError"]

    def test_outputs_are_not_kept_alive(self) -> None:
        out = np.zeros(6)
        ne.evaluate("SIX + 1", out=out)
        reference = weakref.ref(out)
        del out
        gc.collect()
        assert reference() is None
        assert ne.re_evaluate().tolist() == [1, 2, 3, 4, 5, 6]

    def test_nothing_is_kept_without_cache(self) -> None:
        ne.evaluate("SIX + 1")
        assert ne.evaluate("SIX + 2", disable_cache=True)[0] == 2
        assert ne.re_evaluate()[0] == 1
        name, message = told(ne.evaluate, "SIX[0]", disable_cache=True)
        assert (name, message) == (
            "ValueError",
            "Expression SIX[0] has forbidden control characters.",
        )

    def test_known_expressions_see_what_is_new(self) -> None:
        for _ in range(3):
            assert ne.evaluate("a*2 + b", {"a": THREE, "b": 1}).tolist() == [1, 3, 5]
        for b, dtype in ((1.5, "f8"), (1j, "c16"), (np.float32(1), "f8"), ([1, 2, 3], "f8")):
            for _ in range(2):
                result = ne.evaluate("a*2 + b", {"a": THREE, "b": b})
                np.testing.assert_array_equal(result, THREE * 2 + b)
                assert result.dtype == dtype
        assert told(ne.evaluate, "a*2 + b", {"a": THREE}) == ("KeyError", "'b'")
        assert ne.evaluate("a*2 + b", {"a": 2}, {"b": THREE}).tolist() == [4, 5, 6]
        message = "operands could not be broadcast together with shapes (3,) (6,) "
        assert told(ne.evaluate, "a*2 + b", {"a": THREE, "b": SIX}) == ("ValueError", message)

    def test_known_expressions_write_outputs(self) -> None:
        a, out = SIX, np.zeros(6)
        for n in range(3):
            out[:] = n
            assert ne.evaluate("a - 3", out=out) is out
            assert ne.re_evaluate({"a": a + n}) is out
            assert out.tolist() == (a + n - 3).tolist()
        ne.evaluate("a - 3", casting="unsafe", order="F")
        assert ne.re_evaluate({"a": np.ones((2, 3))}).flags.f_contiguous
        assert ne.re_evaluate.__module__ == ne.evaluate.__module__
        assert pickle.loads(pickle.dumps(ne.evaluate)) is ne.evaluate

    def test_what_ran_last_is_known_in_each_thread(self) -> None:
        def work(k: int) -> list[float]:
            ne.evaluate(f"a + {k % 3}", {"a": THREE})
            start.wait()
            result: list[float] = ne.re_evaluate({"a": SIX}).tolist()
            return result

        start = threading.Barrier(6)
        with ThreadPoolExecutor(6) as pool:
            results = list(pool.map(work, range(6)))
        assert results == [(SIX + k % 3).tolist() for k in range(6)]


class TestCompiled:
    def test_arguments_are_in_the_order_of_the_signature(self) -> None:
        nex = ne.NumExpr("a - b", [("b", np.int32), ("a", np.float64)])
        assert nex.input_names == ("b", "a")
        assert nex.signature == b"id"
        assert nex(1, 3.5) == 2.5
        assert nex.run(np.int32(1), [3.5, 4]).tolist() == [2.5, 3]

    @pytest.mark.parametrize(
        ("args", "kwargs", "error", "message"),
        [
            ((), {}, "ValueError", "number of inputs doesn't match program"),
            ((SIX,), {"out": None}, "ValueError", "ex_uses_vml parameter is required"),
            (
                (SIX,),
                {"out": [1], "ex_uses_vml": False},
                "ValueError",
                "out keyword parameter is not an array",
            ),
            (
                (SIX + 1j,),
                {},
                "TypeError",
                "Iterator operand 1 dtype could not be cast from dtype('complex128') to "
                "dtype('float64') according to the rule 'safe'",
            ),
        ],
    )
    def test_wrong_arguments_are_told(
        self, args: Any, kwargs: Any, error: str, message: str
    ) -> None:
        assert told(ne.NumExpr("a + 1"), *args, **kwargs) == (error, message)

    def test_wrong_signatures_are_told(self) -> None:
        message = "input names (['b']) don't match those found in expression ({'a'})"
        assert told(ne.NumExpr, "a", [("b", np.int32)]) == ("ValueError", message)
        assert told(ne.NumExpr, "a", [("a", np.float32)])[0] == "KeyError"
        assert told(ne.NumExpr, "a", foo=1) == ("ValueError", "Unknown keyword argument 'foo'")

    def test_are_not_pickled(self) -> None:
        assert told(pickle.dumps, ne.NumExpr("a"))[0] == "TypeError"

    def test_one_may_be_called_by_many_threads(self) -> None:
        nex = ne.NumExpr("2*a + b")
        wrong = []

        def work(k: int) -> None:
            a = np.full(20_000, float(k))
            for _ in range(20):
                if not (nex(a, a) == 3 * k).all():
                    wrong.append(k)

        threads = [threading.Thread(target=work, args=(k,)) for k in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong

    def test_programs_name_registers_as_numexpr_does(self) -> None:
        nex = ne.NumExpr("where(a > 0, a, 1.5) + 3*b", [("b", np.int32), ("a", np.float64)])
        assert ne.disassemble(nex) == [
            [b"gt_bdd", b"t6", b"r2[a]", b"c3[0.0]"],
            [b"where_dbdd", b"t7", b"t6", b"r2[a]", b"c4[1.5]"],
            [b"noop", None, None, None],
            [b"mul_iii", b"t8", b"r1[b]", b"c5[3]"],
            [b"cast_di", b"r0", b"t8", None],
            [b"add_ddd", b"r0", b"t7", b"r0"],
        ]
        assert nex.fullsig == b"d" + nex.signature + nex.constsig + nex.tempsig
        assert (nex.signature, nex.constsig, nex.tempsig) == (b"id", b"ddi", b"bdi")


class TestNodes:
    def test_trees_are_computed(self) -> None:
        assert ne.NumExpr(2.0 * E.a + E.b)(THREE, 1).tolist() == [1, 3, 5]
        assert ne.NumExpr(7 % E.sum)(4) == 3
        assert ne.NumExpr(expressions.ConstantNode(np.float32(1))).run().dtype == np.float32
        assert ne.NumExpr((1j * E.a).real)(THREE).tolist() == [0, 0, 0]

    def test_have_kinds(self) -> None:
        tree = necompiler.stringToExpression("(i * 2 > l) & b", types(), {})
        assert (tree.value, tree.astKind) == ("and", "bool")
        assert [child.astKind for child in tree.children] == ["bool", "bool"]
        assert tree.children[0].children[0].astKind == "int"
        assert (E.a < 1).value == "gt"
        assert (expressions.ConstantNode(1.5).astKind, expressions.getKind(1.5)) == (
            "double",
            "float",
        )

    def test_have_no_truth(self) -> None:
        name, message = told(bool, E.a)
        assert name == "TypeError" and "'&' instead of 'and'" in message

    def test_operations_that_do_not_exist_are_named(self) -> None:
        tree = necompiler.stringToExpression("s + b'a' > b'b'", types(), {})
        ast = necompiler.expressionToAST(tree)
        message = "couldn't find matching opcode for 'add_sss'"
        assert told(necompiler.typeCompileAst, ast) == ("NotImplementedError", message)
        signature = [("s", bytes)]
        assert told(ne.NumExpr, tree, signature) == ("NotImplementedError", message)
        assert told(ne.NumExpr, "s + b'a' > b'b'", signature) == ("NotImplementedError", message)

    @pytest.mark.parametrize(
        "expr", ["9**9**9", "1 << 10**9", "'a' * 10**9", "s + b'a' > 9**9**9**9", "2**-9**99"]
    )
    def test_arithmetic_of_constants_is_bounded(self, expr: str) -> None:
        assert told(necompiler.stringToExpression, expr, types(), {})[0] in (
            "OverflowError",
            "TypeError",
        )

    @pytest.mark.parametrize(
        "expr", ["a.__class__", "(lambda: 1)()", "a[0]", "[x for x in a]", "{1: 2}", "f'{a}'"]
    )
    def test_nothing_else_is_read(self, expr: str) -> None:
        for sanitize in (True, False):
            error, _ = told(necompiler.stringToExpression, expr, {}, {}, sanitize)
            assert error in ("ValueError", "SyntaxError")

    def test_of_a_thread_do_not_depend_on_what_was_computed_before(self) -> None:
        ne.evaluate("SIX**3")
        assert (E.a**3).value == "pow"


def types() -> dict[str, Any]:
    return {"i": np.int32, "l": np.int64, "b": bool, "s": bytes}


class TestSettings:
    def test_numbers_of_threads_are_checked(self, capsys: pytest.CaptureFixture[str]) -> None:
        before = ne.set_num_threads(2)
        assert ne.get_num_threads() == 2
        assert ne.set_num_threads(0) == -1
        assert ne.set_num_threads(ne.MAX_THREADS + 1) == -1
        assert "nthreads must be a positive integer" in capsys.readouterr().err
        assert told(ne.set_num_threads, "a")[0] == "TypeError"
        assert ne.set_num_threads(before) == 2

    def test_numbers_of_threads_hold_for_what_is_compiled_already(self) -> None:
        nex = ne.NumExpr("a + 1")
        big = np.zeros(300_000)
        before = ne.get_num_threads()
        for threads in (1, 3, before):
            ne.set_num_threads(threads)
            assert (nex(big) == 1).all()

    def test_children_compute_on_threads_of_their_own(self) -> None:
        script = """
import os, numpy as np, numjit.numexpr as ne
ne.set_num_threads(2)
nex, big = ne.NumExpr("a + 1"), np.zeros(2_000_000)
assert nex(big)[0] == 1
child = os.fork()
if child == 0:
    os._exit(0 if nex(big)[-1] == 1 and ne.evaluate("big + 2")[0] == 2 else 1)
assert os.waitpid(child, 0)[1] == 0
"""
        if hasattr(os, "fork"):
            subprocess.run([sys.executable, "-c", script], check=True, timeout=60)

    @pytest.mark.parametrize(
        ("settings", "threads"),
        [
            ({"NUMEXPR_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, 3),
            ({"OMP_NUM_THREADS": "5"}, 5),
            ({"OMP_NUM_THREADS": "2,3"}, 2),
            ({"NUMEXPR_MAX_THREADS": "4"}, 4),
        ],
    )
    def test_come_from_the_environment(
        self, settings: dict[str, str], threads: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("NUMEXPR_MAX_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        script = "import numjit.numexpr as ne; print(ne.nthreads)"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        assert int(done.stdout) == threads

    def test_of_the_sanitizer_are_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NUMEXPR_SANITIZE", "0")
        assert told(ne.evaluate, "import os;")[0] == "SyntaxError"
        monkeypatch.setenv("NUMEXPR_SANITIZE", "x")
        assert told(ne.evaluate, "import sys;")[0] == "ValueError"

    def test_of_intels_library_do_nothing(self) -> None:
        assert ne.set_vml_accuracy_mode("high") is None  # type: ignore[func-returns-value]
        assert ne.set_vml_num_threads(2) is None  # type: ignore[func-returns-value]
        assert ne.get_vml_version() is None  # type: ignore[func-returns-value]
        assert not ne.use_vml

    def test_the_installation_tests_itself(self) -> None:
        assert ne.test(verbosity=0).wasSuccessful()


def test_it_stands_in_for_numexpr() -> None:
    script = """
import numjit, sys
assert "numjit.numexpr" not in sys.modules
module = numjit.install_as_numexpr()
import numexpr, numexpr.necompiler
from numexpr.expressions import ConstantNode
assert numexpr is module is numjit.numexpr
assert numexpr.necompiler is numjit.numexpr.necompiler
assert numexpr.evaluate("1 + 1") == 2
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert numjit.install_as_numexpr is not None
