"""A script of edits: acknowledged when durable, repeated by nobody, and one that cannot be stops nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gis_app.session import script
from tests.cli.command import Ran, X, Y, geojson, here, parkplan, square

LAYER = "supply_parcel"


def at(x: float, y: float) -> list[float]:
    return [X + x, Y + y]


def lines(folder: Path, edits: Sequence[tuple[str, str, Any]]) -> Path:
    path = folder / "edits.jsonl"
    rows = [json.dumps({"op_id": o, "edit": e, "args": a}, ensure_ascii=False) for o, e, a in edits]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def edit(project: Path, edits: Sequence[tuple[str, str, Any]], *more: object) -> tuple[Ran, list[str]]:
    acks = project.parent.parent / "acks.txt"
    ran = parkplan("edit", project, "--script", lines(project.parent.parent, edits), "--ack-file", acks,
                   "--language", "en", *more)  # fmt: skip
    return ran, acks.read_text("utf-8").split() if acks.exists() else []


def log(project: Path) -> list[dict[str, Any]]:
    return parkplan("log", project, "--format", "json").data


EVERYTHING = [
    ("d1", "draw_feature", {"layer": LAYER, "geometry": square(900, 0), "attributes": {"parcel_no": "新"}}),
    ("d2", "draw_feature", {"layer": "reserve_parcel", "geometry": square(0, 500)}),
    ("m1", "move_vertex", {"layer": LAYER, "from": at(1000, 0), "to": at(1010, 5)}),
    ("s1", "split", {"layer": LAYER, "fid": 2, "line": [at(50, -10), at(50, 110)]}),
    ("a1", "set_attributes", {"layer": LAYER, "fid": 3, "values": {"right_holder": "某公司"}}),
    ("u1", "undo", {}),
    ("r1", "redo", {}),
    ("g1", "merge", {"layer": LAYER, "fids": [2, 8], "keep": 2}),
    ("x1", "delete_features", {"layer": LAYER, "fids": [5]}),
]


def test_every_verb_of_the_script(small: Path) -> None:
    before = len(log(small))
    ran, acks = edit(small, EVERYTHING)
    assert ran.code == 0 and not ran.err, ran.err
    assert acks == [op for op, _, _ in EVERYTHING]
    entries = log(small)[before:]
    assert [entry["op_id"] for entry in entries] == acks
    assert [entry["undoes"] for entry in entries][5:7] == [entries[4]["seq"], entries[5]["seq"]]
    assert parkplan("verify", small).code == 0
    assert {each.suffix for each in small.parent.iterdir()} <= {".gpkg", ".backups"}


def test_what_is_journalled_is_acknowledged_and_not_repeated(small: Path) -> None:
    edit(small, EVERYTHING[:3])
    steps = len(log(small))
    ran, acks = edit(small, EVERYTHING[:4])
    assert ran.code == 0 and acks == ["d1", "d2", "m1", "d1", "d2", "m1", "s1"]
    assert len(log(small)) == steps + 1


def test_an_edit_that_cannot_be_stops_nothing(small: Path) -> None:
    edits = [
        EVERYTHING[0],
        ("bad", "merge", {"layer": LAYER, "fids": [2, 4]}),
        ("odd", "paint", {}),
        ("lock", "delete_features", {"layer": "survey_polygon", "fids": [1]}),
        EVERYTHING[1],
        ("same", "set_attributes", {"layer": LAYER, "fid": 3, "values": {"parcel_no": "P1"}}),
    ]
    ran, acks = edit(small, edits)
    assert ran.code == 0 and acks == ["d1", "d2"]
    told = dict(line.split(": ", 1) for line in ran.err.splitlines())
    assert set(told) == {"bad", "odd", "lock", "same"} and "do not share an edge" in told["bad"]
    assert parkplan("verify", small).code == 0


def test_strict_stops_at_the_first(small: Path) -> None:
    edits = [EVERYTHING[0], ("bad", "delete_features", {"layer": LAYER, "fids": [77]}), EVERYTHING[1]]
    ran, acks = edit(small, edits, "--strict")
    assert ran.code == 2 and acks == ["d1"] and "bad: " in ran.err


def test_nothing_is_undone_twice(small: Path) -> None:
    ran, acks = edit(small, [("u1", "undo", {}), ("u2", "undo", {}), ("r1", "redo", {}), ("r2", "redo", {})])
    assert acks == ["u1", "r1"] and "u2: there is nothing to undo" in ran.err


def test_no_project_is_refused_with_a_sentence(tmp_path: Path, small: Path) -> None:
    script_path = lines(tmp_path, EVERYTHING)
    missing = parkplan("edit", tmp_path / "no.gpkg", "--script", script_path, "--language", "en")
    assert missing.code == 2 and "parkplan new" in missing.err and not (tmp_path / "no.gpkg").exists()
    other = parkplan("edit", script_path, "--script", script_path, "--language", "en")
    assert other.code == 2 and "not a project" in other.err
    assert parkplan("edit", small, "--script", tmp_path / "none.jsonl").code == 2


def test_the_acknowledgement_follows_the_commit(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the acknowledgement cannot be synchronised the edit is in the journal, and nothing after it."""

    def broken(_: int) -> None:
        raise OSError(5, "no disk")

    monkeypatch.setattr(script.os, "fsync", broken)
    ran, _ = edit(small, EVERYTHING)
    monkeypatch.undo()
    assert ran.code == 2 and log(small)[-1]["op_id"] == "d1"
    assert os.fsync is not broken


# -- diff ---------------------------------------------------------------------


def balanced(transfer: dict[str, Any]) -> bool:
    rows = all(sum(r["cells"].values()) + r["out"] == pytest.approx(r["total"]) for r in transfer["rows"])
    into = {
        c["use"]: sum(r["cells"].get(c["use"], 0.0) for r in transfer["rows"]) for c in transfer["columns"]
    }
    return rows and all(into[c["use"]] + c["into"] == pytest.approx(c["total"]) for c in transfer["columns"])


def test_a_project_and_its_later_self(small: Path) -> None:
    earlier = small.with_name("earlier.gpkg")
    earlier.write_bytes(small.read_bytes())
    edit(small, [
        ("1", "set_attributes", {"layer": LAYER, "fid": 2, "values": {"class_code": "100102"}}),
        ("2", "delete_features", {"layer": LAYER, "fids": [3]}),
        ("3", "draw_feature", {"layer": LAYER, "geometry": square(1000, 0),
                               "attributes": {"class_code": "0701"}}),
        ("4", "move_vertex", {"layer": LAYER, "from": at(400, 0), "to": at(390, 0)}),
        ("5", "set_attributes", {"layer": LAYER, "fid": 5, "values": {"right_holder": "甲"}}),
        ("6", "insert_vertex", {"layer": LAYER, "at": at(650, 0)}),
    ])  # fmt: skip
    result = here("diff", earlier, small, "--format", "json").data
    assert result["same_project"]
    layer = next(layer for layer in result["layers"] if layer["layer"] == LAYER)
    assert [row["fid"] for row in layer["added"]] == [6] and [row["fid"] for row in layer["removed"]] == [3]
    (moved,) = layer["boundary_moved"]
    assert moved["before_fid"] == 4 and moved["gained_m2"] == pytest.approx(500)
    assert [(row["before_fid"], row["to"]) for row in layer["use_changed"]] == [(2, "100102")]
    (changed,) = layer["attribute_changed"]
    assert changed["fields"] == [{"field": "right_holder", "from": None, "to": "甲"}]
    assert layer["transfer"] is None  # no use was known before
    same = next(layer for layer in result["layers"] if layer["layer"] == "park_boundary")
    assert not any(same[kind] for kind in ("added", "removed", "boundary_moved", "attribute_changed"))
    assert "P1" in here("diff", earlier, small, "--language", "zh").out


def test_two_deliveries_are_matched_and_the_matrix_balances(tmp_path: Path) -> None:
    for name, rows in {
        "a": [(square(0, 0), "A", "0601"), (square(100, 0), "B", "0602"), (square(0, 100), "C", "0601")],
        "b": [(square(0, 0), "Z", "0602"), (square(110, 0), "B", "0602"), (square(500, 500), "D", "0701")],
    }.items():
        (tmp_path / name).mkdir()
        geojson(tmp_path / name / "supply_parcel.geojson",
                [(shape, {"parcel_no": no, "class_code": code}) for shape, no, code in rows])  # fmt: skip
    result = here("diff", tmp_path / "a", tmp_path / "b", "--format", "json").data
    (layer,) = result["layers"]
    assert not result["same_project"]
    assert [row["label"] for row in layer["added"]] == ["D"] and [
        row["label"] for row in layer["removed"]
    ] == ["C"]
    assert [(row["label"], row["from"], row["to"]) for row in layer["use_changed"]] == [("A", "0601", "0602")]
    assert [row["label"] for row in layer["boundary_moved"]] == ["B"]
    matrix = layer["transfer"]
    assert balanced(matrix)
    cells = {(r["use"], use): mu for r in matrix["rows"] for use, mu in r["cells"].items()}
    assert cells == pytest.approx({("0601", "0602"): 15.0, ("0602", "0602"): 13.5})
    assert {r["use"]: r["out"] for r in matrix["rows"]} == pytest.approx({"0601": 15.0, "0602": 1.5})
    assert {c["use"]: c["into"] for c in matrix["columns"]} == pytest.approx({"0602": 1.5, "0701": 15.0})
    assert "13.50" in here("diff", tmp_path / "a", tmp_path / "b").out


def test_ground_that_two_features_share_is_counted_once(tmp_path: Path) -> None:
    for name, shapes in {"a": [square(0, 0), square(50, 0)], "b": [square(0, 0), square(0, 0)]}.items():
        (tmp_path / name).mkdir()
        geojson(
            tmp_path / name / "supply_parcel.geojson",
            [(shape, {"parcel_no": f"{n}", "class_code": f"060{n}"}) for n, shape in enumerate(shapes)],
        )
    (layer,) = here("diff", tmp_path / "a", tmp_path / "b", "--format", "json").data["layers"]
    assert balanced(layer["transfer"])
    assert layer["transfer"]["counted_once_m2"] == pytest.approx({"before": 5000, "after": 10_000})


def test_no_difference_is_said(small: Path) -> None:
    ran = here("diff", small, small, "--language", "en")
    assert ran.code == 0 and ran.out.strip() == "there is no difference"
