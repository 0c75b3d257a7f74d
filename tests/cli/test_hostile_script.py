"""Whatever a script holds, each line is answered: acknowledged, or told with its ``op_id`` and a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gis_app.project_file import ProjectFile
from gis_app.session.office import load_catalogue
from gis_app.session.settings import Settings
from tests.cli.command import ROOT, Ran, parkplan, square
from tests.cli.hostile import LAYER, NAUGHTY, as_line, some

PROGRAM = (sys.executable, "-c", "import sys; from gis_app.cli import main; sys.exit(main())")
GOOD = ("good", "draw_feature", {"layer": LAYER, "geometry": square(0, 5000)})


def edit(project: Path, script: str | bytes, *more: object) -> tuple[Ran, list[str]]:
    """Run a script of these bytes; what was acknowledged."""
    path, acks = project.parent.parent / "hostile.jsonl", project.parent.parent / "acks.txt"
    path.write_bytes(script if isinstance(script, bytes) else script.encode())
    ran = parkplan("edit", project, "--script", path, "--ack-file", acks, "--language", "en", *more)
    return ran, acks.read_text("utf-8").splitlines()


def journalled(project: Path) -> list[str]:
    return [entry["op_id"] for entry in parkplan("log", project, "--format", "json").data]


def told(ran: Ran) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in ran.err.splitlines())


def answered(project: Path, edits: Sequence[tuple[str, str, Any]]) -> None:
    ran, acks = edit(project, "\n".join(as_line(*one) for one in edits))
    assert ran.code == 0, ran.err[-2000:]
    sentences = told(ran)
    assert Counter([*acks, *sentences]) == Counter(op_id for op_id, _, _ in edits)
    broke = {op_id: text for op_id, text in sentences.items() if "fault of the program" in text}
    assert not broke and "Traceback" not in ran.err and "Warning" not in ran.err
    assert {*acks} == {op_id for op_id in journalled(project) if op_id in sentences or op_id in acks}
    assert parkplan("verify", project).code == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_every_wrong_argument_is_answered(small: Path, seed: int) -> None:
    answered(small, some(600, seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 14))
def test_all_wrong_arguments_are_answered(small: Path, seed: int) -> None:
    answered(small, some(None, seed))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"{", "1"),
        (b"\xff\xfe{}", "1"),
        (b'{"op_id": "\xff", "edit": "undo"}', "1"),
        (b"\x00\x00\x00", "1"),
        (b"[" * 100_000, "1"),
        (b'{"op_id": "a", "edit": "undo", "args": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "1"),
        (b'{"op_id": "", "edit": "undo"}', "1"),
        (b'{"op_id": " a", "edit": "undo"}', "1"),
        (b'{"op_id": "a\\nb", "edit": "undo"}', "1"),
        (b'{"op_id": "a\\u2028b", "edit": "undo"}', "1"),
        (b'{"op_id": "\\ud800", "edit": "undo"}', "1"),
        (b'{"op_id": "a\\u0000b", "edit": "undo"}', "1"),
        (b'{"op_id": "' + b"a" * 201 + b'", "edit": "undo"}', "1"),
        (b'{"op_id": null, "edit": "undo"}', "1"),
        (b'{"op_id": ["a"], "edit": "undo"}', "1"),
        (b'"a"', "1"),
        (b"1e999", "1"),
        (b"9" * 10_000, "1"),
        (b'{"op_id": "a"}', "a"),
        (b'{"op_id": "a", "edit": 3}', "a"),
        (b'{"op_id": "a", "edit": null}', "a"),
        (b'{"op_id": "a", "edit": "undo", "args": null}', "a"),
        (b'{"op_id": "a", "edit": "undo", "args": {"steps": 2}}', "a"),
        (b'{"op_id": "a", "edit": "' + b"x" * 1_000_000 + b'"}', "a"),
        (b'{"op_id": "a", "edit": "draw_feature", "args": {"layer": "supply_parcel", "geometry": NaN}}', "a"),
        (b'{"op_id": "a", "edit": "draw_feature", "args": {"layer": "road", "geometry": 1e999}}', "a"),
        (b'{"op_id": "a", "edit": "set_attributes", "args": {"layer": "supply_parcel", "fid": 2, '
         b'"values": {"due_area_m2": NaN}}}', "a"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_edit(small: Path, line: bytes, name: str) -> None:
    ran, acks = edit(small, line + b"\n" + as_line(*GOOD).encode())
    assert ran.code == 0 and acks == ["good"] and set(told(ran)) == {name}, (ran.err[:500], acks)
    assert len(ran.err) < 1000 and "Traceback" not in ran.err
    strict, again = edit(small, line + b"\n" + as_line(*GOOD).encode(), "--strict")
    assert strict.code == 2 and again == acks


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends_of_other_systems(small: Path, end: str, mark: bytes) -> None:
    lines = ["", "  ", as_line(*GOOD), "", as_line("second", "undo", {}), ""]
    ran, acks = edit(small, mark + end.join(lines).encode())
    assert ran.code == 0 and not ran.err and acks == ["good", "second"]


def test_a_very_long_line(small: Path) -> None:
    ring = [[510_000.0 + x / 100, 3_090_000.0 + (x % 2)] for x in range(20_000)]
    ring += [[510_200.0, 3_090_100.0], [510_000.0, 3_090_100.0], ring[0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    ran, acks = edit(small, as_line("long", "draw_feature", {"layer": "reserve_parcel", "geometry": shape}))
    assert ran.code == 0 and acks == ["long"], ran.err[:300]


def test_an_op_id_is_never_repeated_whatever_it_asks_for(small: Path) -> None:
    draw = {"layer": LAYER, "geometry": square(0, 6000)}
    edits = [GOOD, ("good", "draw_feature", draw), ("good", "delete_features", {"layer": LAYER, "fids": [2]}),
             ("good", "no_such_edit", {}), ("good", "undo", {})]  # fmt: skip
    ran, acks = edit(small, "\n".join(as_line(*one) for one in edits))
    assert ran.code == 0 and acks == ["good"] * 5 and journalled(small).count("good") == 1


@pytest.mark.parametrize(
    "layer", ["reserve_parcel", "road", "survey_polygon", "approval_batch", "nothing", ""]
)
def test_a_layer_that_is_not_there(small: Path, layer: str) -> None:
    shape = {"type": "LineString", "coordinates": [[0, 0], [9, 9]]} if layer == "road" else square(0, 0)
    ran, acks = edit(small, as_line("a", "draw_feature", {"layer": layer, "geometry": shape}))
    assert ran.code == 0 and [*acks, *told(ran)] == ["a"]
    assert parkplan("verify", small).code == 0
    if layer in ("reserve_parcel", "road"):
        assert acks == ["a"], ran.err


def test_naughty_texts_are_kept_as_they_are(small: Path) -> None:
    edits = [
        (f"n{number}", "draw_feature", {"layer": "reserve_parcel", "geometry": square(200 * number, 9000),
                                        "attributes": {"parcel_no": text}})
        for number, text in enumerate(NAUGHTY)
    ]  # fmt: skip
    ran, acks = edit(small, "\n".join(as_line(*one) for one in edits))
    assert ran.code == 0 and not ran.err and len(acks) == len(NAUGHTY)
    with ProjectFile.open(small, catalogue=load_catalogue(Settings()), read_only=True) as stored:
        assert stored.verify() == []
        kept = stored.load().layers["reserve_parcel"].rows(None, ["parcel_no"])["parcel_no"].tolist()
    assert kept == list(NAUGHTY)


def test_acknowledgements_are_never_written_into_the_project_or_the_script(small: Path) -> None:
    script = small.with_name("s.jsonl")
    script.write_text(as_line(*GOOD), encoding="utf-8")
    for path in (small, script):
        before = path.read_bytes()
        ran = parkplan("edit", small, "--script", script, "--ack-file", path, "--language", "en")
        assert ran.code == 2 and path.name in ran.err and path.read_bytes() == before


def test_an_acknowledgement_cut_off_keeps_its_line(small: Path) -> None:
    acks = small.parent.parent / "acks.txt"
    acks.write_bytes(b"whole\ncut")
    _, found = edit(small, as_line(*GOOD))
    assert found == ["whole", "cut", "good"]


def test_acknowledged_into_a_pipe(small: Path) -> None:
    script = small.with_name("s.jsonl")
    script.write_text(as_line(*GOOD), encoding="utf-8")
    command = [*PROGRAM, "edit", small, "--script", script]
    ran = subprocess.run(
        [*map(str, command), "--ack-file", "/dev/stderr"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == "good\n"


@pytest.mark.timeout(120)
def test_a_script_that_is_ended_is_taken_up_again(small: Path) -> None:
    """Killed at any time and run again until it ends: every edit once, every one acknowledged."""
    edits = [
        (f"k{n}", "draw_feature", {"layer": "reserve_parcel", "geometry": square(200 * n, 20_000)})
        for n in range(60)
    ]
    script, acks = small.with_name("s.jsonl"), small.with_name("acks.txt")
    script.write_text("\n".join(as_line(*one) for one in edits), encoding="utf-8")
    command = [*PROGRAM, "edit", str(small), "--script", str(script)]
    kills = 0
    for reached in (5, 20, 40):
        child = subprocess.Popen([*command, "--ack-file", str(acks)], cwd=ROOT, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < end:
            if acks.exists() and len(set(acks.read_text().split())) >= reached:
                child.kill()
            time.sleep(0.001)
        kills += child.wait() == -9
        before = set(acks.read_text().split())
        assert before <= set(journalled(small)), "acknowledged, and not there"
    ran = parkplan("edit", small, "--script", script, "--ack-file", acks)
    assert ran.code == 0 and kills >= 1
    assert set(acks.read_text().split()) == {op_id for op_id, _, _ in edits}
    assert all(count == 1 for op_id, count in Counter(journalled(small)).items() if op_id is not None)
    assert json.loads(parkplan("info", small, "--format", "json").out)
    assert parkplan("verify", small).code == 0
