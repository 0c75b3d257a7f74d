"""``parkplan verify`` names the first record of the journal that was altered, moved or removed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran, parkplan, square

LAYER = "supply_parcel"
EDITS = (
    ("a", "set_attributes", {"layer": LAYER, "fid": 3, "values": {"right_holder": "某公司"}}),
    ("u", "undo", {}),
    ("r", "redo", {}),
    ("d", "draw_feature", {"layer": LAYER, "geometry": square(900, 0)}),
)
RECORDS = 6  # made, imported, and the four edits
VALUES: tuple[Any, ...] = (None, "x", "", "[]", "null", "1", 0, -1, 2**62, 1.5, b"", b"\x00")
NOT_UTF8 = "CAST(x'FF' AS TEXT)"


@pytest.fixture
def edited(small: Path, tmp_path: Path) -> Path:
    """A project whose journal has a record of every kind."""
    script = tmp_path / "script.jsonl"
    lines = [json.dumps({"op_id": op_id, "edit": edit, "args": args}) for op_id, edit, args in EDITS]
    script.write_text("\n".join(lines), encoding="utf-8")
    assert parkplan("edit", small, "--script", script).code == 0
    assert parkplan("verify", small).code == 0
    return small


def columns(project: Path) -> list[str]:
    with sqlite3.connect(project) as plain:
        found = [row[1] for row in plain.execute("PRAGMA table_info(parkplan_journal)")]
    plain.close()
    return found


def rows(project: Path) -> list[Any]:
    with sqlite3.connect(project) as plain:
        found = plain.execute("SELECT * FROM parkplan_journal ORDER BY seq").fetchall()
    plain.close()
    return found


def tampered(project: Path, *statements: str, value: object = None) -> Ran | None:
    """What verify says after a copy was written to past its triggers; None where that changes nothing."""
    copy = shutil.copy2(project, project.with_name("copy.gpkg"))
    plain = sqlite3.connect(copy)
    plain.text_factory = bytes
    try:
        for name in ("update", "delete"):
            plain.execute(f"DROP TRIGGER parkplan_journal_no_{name}")
        everything = "SELECT * FROM parkplan_journal ORDER BY seq"
        before = plain.execute(everything).fetchall()
        for statement in statements:
            plain.execute(statement, (value,) if "?" in statement else ())
        changed = plain.execute(everything).fetchall() != before
        plain.commit()
    except sqlite3.Error:  # what the table itself does not take
        changed = False
    finally:
        plain.close()
    return parkplan("verify", copy, "--language", "en") if changed else None


def is_named(ran: Ran, seq: int) -> bool:
    return (
        ran.code == 1
        and not ran.out
        and "Traceback" not in ran.err
        and ran.err.startswith(f"The journal cannot be trusted from record {seq} on")
    )


def alterations(project: Path, seq: int, values: Sequence[Any]) -> int:
    """Alter every column of a record in every way; the number of them, all of which were named."""
    count = 0
    for column in columns(project):
        update = f"UPDATE parkplan_journal SET {column} = {{}} WHERE seq = {seq}"
        attempts = [(update.format("?"), value) for value in values]
        for statement, value in [*attempts, (update.format(NOT_UTF8), None)]:
            ran = tampered(project, statement, value=value)
            if ran is not None:
                count += 1
                assert is_named(ran, seq), (column, value, ran)
    return count


def test_any_column_of_a_record(edited: Path) -> None:
    assert alterations(edited, 4, (None, "x", -1, b"")) > 40


@pytest.mark.long
@pytest.mark.parametrize("seq", [1, 2, 3, 5, RECORDS])
def test_any_column_of_any_record(edited: Path, seq: int) -> None:
    assert alterations(edited, seq, VALUES) > 100


@pytest.mark.parametrize("seq", range(1, RECORDS + 1))
def test_a_record_that_was_removed(edited: Path, seq: int) -> None:
    ran = tampered(edited, f"DELETE FROM parkplan_journal WHERE seq = {seq}")
    assert ran is not None and is_named(ran, seq), ran


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 6), (3, 4), (4, 5), (5, 6)])
def test_two_records_that_changed_places(edited: Path, first: int, second: int) -> None:
    move = "UPDATE parkplan_journal SET seq = {} WHERE seq = {}"
    ran = tampered(edited, move.format(99, first), move.format(first, second), move.format(second, 99))
    assert ran is not None and is_named(ran, first), ran


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        (
            "INSERT INTO parkplan_journal SELECT 7, 'new', group_id, actor, wall_time, kind, text_id, "
            "text_values, body, undoes, tables, prev_hash, hash FROM parkplan_journal WHERE seq = 6",
            7,
        ),
        ("DELETE FROM parkplan_journal WHERE seq > 3", 4),
        ("DELETE FROM parkplan_journal", 1),
        ("UPDATE parkplan_journal SET seq = seq + 1 WHERE seq = 6", 6),
        ("UPDATE parkplan_journal SET seq = -seq WHERE seq = 6", 6),
    ],
)
def test_other_ways_to_forge_it(edited: Path, statement: str, first: int) -> None:
    ran = tampered(edited, statement)
    assert ran is not None and is_named(ran, first), ran


def test_a_journal_that_is_gone(edited: Path) -> None:
    with sqlite3.connect(edited) as plain:
        plain.execute("DROP TABLE parkplan_journal")
    plain.close()
    ran = parkplan("verify", edited, "--language", "en")
    assert is_named(ran, 1) and ran.err.count("parkplan_journal”") >= 1, ran


def test_no_command_writes_to_a_project_whose_journal_is_broken(edited: Path, tmp_path: Path) -> None:
    with sqlite3.connect(edited) as plain:
        plain.execute("DROP TRIGGER parkplan_journal_no_update")
        plain.execute("UPDATE parkplan_journal SET actor = 'x' WHERE seq = 3")
    plain.close()
    before = rows(edited)
    acks = tmp_path / "acks.txt"
    script = ("--script", tmp_path / "script.jsonl", "--ack-file", acks)
    for command in (("edit", edited, *script), ("facts", edited, "--set", "approved_area_ha=1")):
        ran = parkplan(*command, "--language", "en")
        assert ran.code == 2 and "record 3" in ran.err and rows(edited) == before, ran
    assert not acks.exists()
