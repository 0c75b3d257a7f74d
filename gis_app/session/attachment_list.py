"""The list of attachments that a delivered folder carries, ``attachments.csv``: whose each file is."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gis_app.language import Message, Refused
from gis_app.session.attachments import PHOTO, Attachment, day_from, inside

LIST_NAME = "attachments.csv"
COLUMNS = ("feature_type", "field", "key", "path", "title", "date", "sha256")
"""What must be there; ``kind`` and ``document`` may be."""
MOST_LIST_BYTES = 16 << 20


def listed(folder: Path) -> tuple[Attachment, ...]:
    """Give what the list of a folder names, in its order; nothing where there is none.

    Raises
    ------
    Refused
        The list cannot be read.
    """
    path = folder / LIST_NAME
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > MOST_LIST_BYTES:
            raise ValueError(f"{path.stat().st_size} bytes")
        rows = list(csv.DictReader(io.StringIO(_text(path.read_bytes()), newline="")))
        lacking = [name for name in COLUMNS if rows and name not in rows[0]]
        if lacking:
            raise Refused(Message("session.attachments_columns", {"path": str(path), "columns": lacking}))
        return tuple(_entry(folder, row) for row in rows)
    except (OSError, ValueError, csv.Error) as error:
        values = {"path": str(path), "cause": str(error)}
        raise Refused(Message("session.attachments_unreadable", values)) from error


def _entry(folder: Path, row: dict[str, str]) -> Attachment:
    given = (row["path"] or "").strip()
    return Attachment(
        row["feature_type"] or "",
        row["field"] or "",
        row["key"] or "",
        inside(folder, given),
        given,
        row["title"] or "",
        day_from((row["date"] or "").strip()),
        (row["sha256"] or "").strip().lower(),
        (row.get("kind") or PHOTO).strip(),
        (row.get("document") or "").strip(),
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as a spreadsheet on a Chinese system writes it
        return content.decode("gb18030")
