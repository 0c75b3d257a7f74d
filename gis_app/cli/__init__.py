"""The command ``parkplan``: parses what is typed, calls the session, prints the result; decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import gis_app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 all is well; 1 something fails; 2 an input could not be used or the run broke off; 3 something
        cannot be told.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        print(f"parkplan {gis_app.__version__}")
        return 0
    from gis_app.cli.grammar import parser

    parsed = parser().parse_args(arguments)
    from gis_app.cli.commands import run  # numpy and all that judges are imported only when there is work

    return run(parsed)
