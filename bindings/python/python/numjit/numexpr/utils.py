"""Threads, and what is left of the settings for Intel's library: `numexpr.utils`."""

from __future__ import annotations

import logging
import os
from typing import Any, TypeVar

from .interpreter import MAX_THREADS, _get_num_threads, _set_num_threads, use_vml

log = logging.getLogger("numexpr.utils")

#: Without a setting no more threads are used, however many processors there are.
_MOST_BY_DEFAULT = 16

_K = TypeVar("_K")
_V = TypeVar("_V")


class CacheDict(dict[_K, _V]):
    """A dictionary that forgets its oldest tenth when it has more than so many entries."""

    def __init__(self, maxentries: int) -> None:
        super().__init__()
        self.maxentries = maxentries

    def __setitem__(self, key: _K, value: _V) -> None:
        if len(self) > self.maxentries:
            for oldest in list(self)[: self.maxentries // 10]:
                self.pop(oldest, None)
        super().__setitem__(key, value)


def set_num_threads(nthreads: int) -> int:
    """Sets how many threads large arrays are computed on.

    Returns:
        how many it were, or -1 if so many are not possible, which a line on stderr says as well.
    """
    return _set_num_threads(nthreads)


def get_num_threads() -> int:
    """Returns how many threads large arrays are computed on."""
    return _get_num_threads()


def detect_number_of_cores() -> int:
    """Returns how many processors the machine has."""
    return os.cpu_count() or 1


def _setting(name: str) -> int | None:
    """Returns the number in an environment variable, of a list the first; or none."""
    first = os.environ.get(name, "").partition(",")[0].strip()
    return int(first) if first.isdecimal() else None


def _init_num_threads() -> int:
    """Sets the number of threads that the environment asks for.

    `NUMEXPR_NUM_THREADS` counts before `OMP_NUM_THREADS`. Without them there are as many as there
    are processors, up to 16, or `NUMEXPR_MAX_THREADS` if that is set.

    Returns:
        what was asked for.
    """
    cores = detect_number_of_cores()
    asked = _setting("NUMEXPR_NUM_THREADS") or _setting("OMP_NUM_THREADS")
    if asked is None and _setting("NUMEXPR_MAX_THREADS"):
        asked = MAX_THREADS
    if asked is None:
        if cores > MAX_THREADS:
            log.info(
                "Note: detected %d virtual cores but NumExpr set to maximum of %d, check "
                '"NUMEXPR_MAX_THREADS" environment variable.',
                cores,
                MAX_THREADS,
            )
        if cores > _MOST_BY_DEFAULT:
            log.info(
                'Note: NumExpr detected %d cores but "NUMEXPR_MAX_THREADS" not set, so enforcing '
                "safe limit of %d.",
                cores,
                _MOST_BY_DEFAULT,
            )
        asked = min(cores, MAX_THREADS, _MOST_BY_DEFAULT)
        log.info("NumExpr defaulting to %d threads.", asked)
    set_num_threads(asked)
    return asked


def detect_number_of_threads() -> int:
    """Returns how many threads the environment asks for; deprecated."""
    log.warning("Deprecated, use `init_num_threads` instead.")
    asked = _setting("NUMEXPR_NUM_THREADS") or _setting("OMP_NUM_THREADS")
    return min(asked or detect_number_of_cores(), MAX_THREADS)


def get_vml_version() -> None:
    """Returns the version of Intel's library, which is not used here."""


def set_vml_accuracy_mode(mode: Any) -> None:
    """Does nothing: functions are as accurate as their documentation says."""


def set_vml_num_threads(nthreads: int) -> None:
    """Does nothing: see `set_num_threads`."""


def get_vml_num_threads() -> None:
    """Returns nothing: see `get_num_threads`."""


__all__ = [
    "MAX_THREADS",
    "CacheDict",
    "_get_num_threads",
    "_init_num_threads",
    "_set_num_threads",
    "detect_number_of_cores",
    "detect_number_of_threads",
    "get_num_threads",
    "get_vml_num_threads",
    "get_vml_version",
    "log",
    "set_num_threads",
    "set_vml_accuracy_mode",
    "set_vml_num_threads",
    "use_vml",
]
