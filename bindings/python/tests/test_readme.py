"""Runs what the documents show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent
DOCUMENTS = [PACKAGE / "README.md", PACKAGE.parent.parent / "README.md"]
DOCUMENTS += sorted((PACKAGE.parent.parent / "docs").rglob("*.md"))


def blocks() -> list[tuple[str, str]]:
    """The blocks of Python, with where they stand."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, block.start()) + 1
            found.append((f"{document.parent.name}/{document.name}:{line}", block[1]))
    return found


@pytest.mark.parametrize(("place", "block"), blocks())
def test_block_runs(place: str, block: str) -> None:
    exec(compile(block, place, "exec"), {"__name__": "__main__"})
