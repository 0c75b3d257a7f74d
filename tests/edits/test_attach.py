"""A file is attached to a record and taken off again; what cannot be is refused with a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gis_app.edits.error import EditError
from gis_app.edits.registry import EDITS
from tests.edits.coverages import CATALOGUE
from tests.edits.test_verbs import LAYER, do, row_of_three

SHA = "0" * 64
FILE = {"path": "attachments/a.jpg", "sha256": SHA, "size": 3, "table": LAYER, "id": "1"}


def refused(project: Any, **given: Any) -> str:
    with pytest.raises(EditError) as told:
        EDITS["attach"].changeset(project, CATALOGUE, given)
    return told.value.message.id


def test_attached_worded_anew_and_taken_off() -> None:
    project = row_of_three()
    do(project, "attach", **FILE, kind="contract", date="2024-05-15", document="合同3号")
    entry = project.entries["attachment"]["attachments/a.jpg"]
    assert (entry["table"], entry["id"], entry["date"]) == (LAYER, "1", "2024-05-15")
    step = do(project, "attach", **FILE, kind="photo_before", date=date(2024, 5, 15), document="合同3号")
    assert [dict(record.after or {}) for record in step.records] == [{"kind": "photo_before"}]
    project.apply(step.inverse())
    assert entry == project.entries["attachment"]["attachments/a.jpg"]
    gone = do(project, "detach", path="attachments/a.jpg")
    assert not project.entries["attachment"]
    project.apply(gone.inverse())
    assert project.entries["attachment"]["attachments/a.jpg"]["kind"] == "contract"


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "C:\\a", "a\\..\\b", "", "x\0"])
def test_a_path_that_leads_out(path: str) -> None:
    assert refused(row_of_three(), **{**FILE, "path": path}) == "edits.attachment_path"


@pytest.mark.parametrize(
    "owner", [{"id": "99"}, {"id": "x"}, {"table": "nothing"}, {"table": "proposal", "id": "Z"}]
)
def test_nobody_to_own_it(owner: dict[str, str]) -> None:
    assert refused(row_of_three(), **{**FILE, **owner}) == "edits.attachment_owner"


def test_another_file_of_the_same_path() -> None:
    project = row_of_three()
    do(project, "attach", **FILE)
    assert refused(project, **{**FILE, "sha256": "1" * 64}) == "edits.attachment_taken"
    with pytest.raises(EditError):
        EDITS["detach"].changeset(project, CATALOGUE, {"path": "attachments/none.jpg"})
