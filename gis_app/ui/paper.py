"""Photographs and scans of a feature, as the card shows them: looked at beside the main thread.

A photograph may be anybody's: it is decoded in a child, and only a small picture of it comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from gis_app.language import Message
from gis_app.model import Layer, Project
from gis_app.session.attachments import AFTER, BEFORE, Attachment, attachments, attachments_of, in_order

PICTURE_PX = (212, 144)
MOST_PICTURES = 6
"""So many photographs of one feature are shown small; the others are lines."""
MOST_KEPT = 120
_kept: dict[tuple[str, int, int], QImage | None] = {}


@dataclass(frozen=True)
class Paper:
    """One attached file.

    Attributes
    ----------
    entry
        As the journal, or the list of a folder, has it.
    address
        The file; empty where it cannot be opened.
    trouble
        What is wrong with it.
    """

    entry: Attachment
    address: str
    trouble: Message | None

    @property
    def title(self) -> str:
        """For people; its file's name where it has none."""
        return self.entry.name

    @property
    def day(self) -> str:
        """Of which day it is; empty where that is not known."""
        return self.entry.day.isoformat() if self.entry.day is not None else ""

    @property
    def kind(self) -> Message:
        """What it is."""
        return Message(f"session.attachment_kind_{self.entry.kind}")


def papers_of(park: Path, project: Project, layer: Layer, fid: int) -> tuple[Paper, ...]:
    """Give what is attached to a feature, photographs of before and after side by side first.

    Raises
    ------
    Refused
        The list of attachments cannot be read.
    """
    entries = attachments_of(attachments(park, project), layer, fid)
    return tuple(paper_of(each) for each in in_order(entries))


def paper_of(entry: Attachment) -> Paper:
    """Look at one attached file."""
    trouble = entry.trouble()
    sound = trouble is None and entry.path is not None
    return Paper(entry, str(entry.path) if sound else "", trouble)


def pictures_of(papers: Sequence[Paper]) -> dict[str, QImage]:
    """Give small pictures of photographs by address; what is none has none."""
    wanted = [Path(each.address) for each in papers if each.address and each.entry.is_picture]
    wanted = wanted[:MOST_PICTURES]
    keys = {path: (str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in wanted}
    missing = [path for path in wanted if keys[path] not in _kept]
    if missing:
        for path, picture in zip(missing, _made_small(missing), strict=False):  # none where it failed
            _kept[keys[path]] = picture
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    found = {str(path): _kept.get(keys[path]) for path in wanted}
    return {address: picture for address, picture in found.items() if picture is not None}


def _made_small(paths: list[Path]) -> list[QImage | None]:
    from gis_app.session.photographs import made_small

    made: list[QImage | None] = []
    for pixels in made_small(paths, PICTURE_PX):
        if pixels is None:
            made.append(None)
            continue
        high, wide = pixels.shape[:2]
        form = QImage.Format.Format_RGBA8888
        made.append(QImage(pixels.tobytes(), wide, high, wide * 4, form).copy())
    return made


def is_paired(paper: Paper) -> bool:
    """Whether it shows a place before or after it was set right."""
    return paper.entry.kind in (BEFORE, AFTER)
