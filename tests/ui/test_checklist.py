"""Each line of the checklist names a test that is there, or says why there is none."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LINES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "checklist.toml").read_text(encoding="utf-8")
)["line"]
LEAST_REASON = 20
"""Letters of a reason; less is none."""


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names of the functions of a test module that are collected, with the class before them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.get("id", "?"))
def test_a_line_has_its_test_or_its_reason(line: dict[str, Any]) -> None:
    assert set(line) in ({"id", "text", "test"}, {"id", "text", "reason"})
    assert line["text"].strip()
    if "reason" in line:
        assert len(line["reason"]) >= LEAST_REASON
        return
    place, _, name = line["test"].partition("::")
    path = ROOT / place
    assert path.is_file() and path.name.startswith("test_"), place
    assert name.partition("[")[0] in names_in(path), f"{name} is not in {place}"


def test_ids_are_one_of_a_kind() -> None:
    ids = [line["id"] for line in LINES]
    assert len(ids) == len(set(ids))
