"""The program that is ended: ``parkplan edit --script``, then ``parkplan export``, with marks around.

``python -m tests.torture.child MARKS PROJECT SCRIPT ACKS OUT.shp``; it says ``ready`` once everything is
imported and waits for a line: empty, or ``AIM NTH DELAY_S`` where it is to be ended at a part of its work.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gis_app.cli import commands, grammar
from gis_app.formats import install, writing
from gis_app.project_file import ProjectFile
from gis_app.session import door, export, script
from tests.torture.marks import Fuse, Marks


def main(marks_path: str, project: str, script_path: str, acks: str, out: str) -> int:
    """Edit, then export, then say that it is done."""
    marks = Marks(Path(marks_path))
    marks.around(script, "_perform", lambda session, line: f"edit:{line.edit}")
    marks.around(ProjectFile, "commit", "commit")
    marks.around(ProjectFile, "_let_go", "checkpoint")
    marks.around(ProjectFile, "backup_if_due", "backup")
    marks.around(door.ProjectFile, "open", "open")
    marks.around(export, "write", "export")
    marks.around(writing, "_build", "build")
    marks.around(install, "_forward", "swap")
    marks.around(install, "_finish", "finish")
    marks.around(writing, "install", "install")
    print("ready", flush=True)
    aim, _, timing = sys.stdin.readline().strip().partition(" ")
    if timing:
        nth, delay_s = timing.split()
        marks.fuse = Fuse(aim, int(nth), float(delay_s))
    edit = ["edit", project, "--script", script_path, "--ack-file", acks, "--language", "en"]
    code = commands.run(grammar.parser().parse_args(edit))
    if out:
        wanted = ["export", project, "supply_parcel", "-o", out, "--overwrite", "--workers", "0"]
        code = code or commands.run(grammar.parser().parse_args([*wanted, "--language", "en"]))
    print("done", flush=True)
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
