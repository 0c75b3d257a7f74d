"""The command ``parkplan``: parses what is typed, calls the session, prints the result; decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import gis_app

COMMANDS = (
    "new", "info", "check", "review", "print", "convert", "facts", "edit", "diff", "log", "verify", "export",
    "bundle", "schema", "run-sample",
)  # fmt: skip
"""What may stand first; a single path that is none of these is opened in the window."""


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
    if len(arguments) <= 1 and not (arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-"))):
        from gis_app.cli.window import open_window

        return open_window(arguments[0] if arguments else None)
    from gis_app.cli.grammar import parser

    parsed = parser().parse_args(arguments)
    from gis_app.cli.commands import run  # numpy and all that judges are imported only when there is work

    return run(parsed)
