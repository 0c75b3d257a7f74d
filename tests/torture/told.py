"""How kills are asked for on the command line, and how what they came to is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping


def asked(arguments: list[str]) -> tuple[int, int]:
    """Kills and seed; 200 and 1 where they are not given."""
    kills, seed = (*arguments, *("200", "1")[len(arguments) :])
    return int(kills), int(seed)


def progress(number: int, of: int) -> None:
    """Say to whoever watches how far it is."""
    if sys.stderr.isatty():
        print(f"\r{number}/{of}", end="", file=sys.stderr, flush=True)


def reported(figures: Mapping[str, object], failures: int) -> int:
    """Print the figures as JSON; 1 where something was lost."""
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 1 if failures else 0
