"""Gives freed memory back to the system."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Give back what threads have freed: glibc keeps it, a fifth of a large window; elsewhere do nothing."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # another C library has none
        if trim is not None:
            trim(0)
