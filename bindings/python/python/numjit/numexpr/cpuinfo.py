"""What the processor is, as far as the operating system says: `numexpr.cpuinfo`."""

from __future__ import annotations

import platform
from functools import cached_property
from pathlib import Path

is_cpu_amd_intel = False


class CPUInfo:
    """Facts about processors.

    Attributes:
        info: for each of them a dictionary; there is one at least.
    """

    @cached_property
    def info(self) -> list[dict[str, str]]:
        try:
            text = Path("/proc/cpuinfo").read_text()
        except OSError:
            text = ""
        described = [
            dict(_fact(line) for line in block.splitlines() if ":" in line)
            for block in text.split("\n\n")
        ]
        found = [facts for facts in described if facts]
        return found or [{"ProcessorNameString": platform.processor()}]


def _fact(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


cpu = CPUInfo()
