"""What a notebook shows."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numjit as nj
import numpy as np
import pytest
from numjit import _html


def parsed(html):
    return ElementTree.fromstring(html)


def test_a_kernel_is_a_page():
    kernel = nj.compile("sqrt(x**2 + y**2)", x="f4", y="f8")
    html = kernel._repr_html_()
    parsed(html)
    for words in (
        "x: float32",
        "y: float64",
        "stage 1",
        "12 read + 8 written",
        "elements per iteration",
        kernel.explain().generator,
        "<svg",
    ):
        assert words in html


def test_an_explanation_is_a_page():
    a = np.ones((2, 3))
    html = nj.explain("a - mean(a)", a=a)._repr_html_()
    parsed(html)
    assert "stage 2" in html


def test_text_is_escaped():
    html = nj.compile("(s == '<script>&\"') | (x < 1) & (x > 0)", s="U9", x="f8")._repr_html_()
    parsed(html)
    assert "<script>" not in html


@pytest.mark.parametrize(
    "expression",
    [
        "a", "-a", "not a", "a if b else c", "f(x, axis=0)", "x[:, None] * y", "z.real", "a < b < c",
        "x in [1, 2]", "r = x + 1; r, r", "def f(x): return x*x\nf(a)", "a and b or c",
    ],
)  # fmt: skip
def test_trees_are_drawn(expression):
    svg = parsed(_html.tree(expression))
    width = float(svg.attrib["width"])
    boxes = svg.iter("{http://www.w3.org/2000/svg}rect")
    edges = [(float(box.attrib["x"]), float(box.attrib["width"])) for box in boxes]
    assert edges
    assert all(x >= 0 and x + w <= width + 1 for x, w in edges)


def test_what_cannot_be_drawn_is_left_out():
    assert _html.tree("a +") == ""
    assert _html.tree("+".join(["a"] * 5000)) == ""
