"""Photographs and scans of a feature, as the card shows them: read beside the main thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from gis_app.language import Message
from gis_app.model import Layer
from gis_app.session.attachments import attachments, attachments_of

PICTURE_PX = (212, 144)


@dataclass(frozen=True)
class Paper:
    """One attached file.

    Attributes
    ----------
    title, day
        For people; the title is the file's name where none is given.
    address
        The file; empty where it cannot be opened.
    trouble
        What is wrong with it.
    picture
        A small picture of a photograph.
    """

    title: str
    day: str
    address: str
    trouble: Message | None
    picture: QImage | None


def papers_of(park: Path, layer: Layer, fid: int) -> tuple[Paper, ...]:
    """Read what is attached to a feature.

    Raises
    ------
    Refused
        The list of attachments cannot be read.
    """
    made = []
    for entry in attachments_of(attachments(park), layer, fid):
        trouble = entry.trouble()
        sound = trouble is None and entry.path is not None
        picture = small(entry.path) if sound and entry.is_picture and entry.path is not None else None
        address = str(entry.path) if sound else ""
        day = entry.day.isoformat() if entry.day is not None else ""
        made.append(Paper(entry.title or Path(entry.given).name, day, address, trouble, picture))
    return tuple(made)


def small(path: Path) -> QImage | None:
    """Give a small picture of a photograph, turned as it was taken; None where it is none."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        wanted = QSize(*PICTURE_PX)
        reader.setScaledSize(size.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
