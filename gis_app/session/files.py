"""Which files a path means: one file, or what lies in a folder.

What is no input and what comes later is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gis_app.formats import is_supported, later, not_an_address
from gis_app.language import Message, Refused
from gis_app.session.answers import Answers
from gis_app.session.attachment_list import LIST_NAME

HIDDEN = (".", "~", "__MACOSX")
DATABASE_FOLDER = ".gdb"
COORDINATE_HEADS = ("[属性描述]", "[地块坐标]")
"""How a coordinate exchange text begins (勘测定界 TXT).

Any other text file in a folder is only a note to people.
"""


@dataclass(frozen=True)
class Found:
    """Files to read, and for those that cannot be read yet the sentence that says so."""

    files: tuple[Path, ...]
    not_yet: tuple[Refused, ...]
    missing: tuple[str, ...]


def find(path: Path, answers: Answers) -> Found:
    """What lies under ``path``.

    In a folder, files that ``park.toml`` names and that are absent are missing layers; superseded ones are
    left out.

    Raises
    ------
    Refused
        The path does not exist, or the folder holds nothing that can be read.
    """
    if not path.exists():
        not_an_address(path)
        raise Refused(Message("session.no_such_path", {"path": str(path)}))
    if path.is_file() or path.suffix.lower() == DATABASE_FOLDER:
        return _single(path)
    superseded = {
        path / answer.supersedes for answer in answers.files if answer.supersedes and not answer.proposed
    }
    listed = sorted(_walk(path))
    named = dict.fromkeys(answer.path for answer in answers.files)
    elsewhere = {name: answers.place_of(name) for name in named}
    listed += [
        place
        for name, place in elsewhere.items()
        if place != path / name and place not in listed and place.is_file() and not place.is_symlink()
    ]
    missing = tuple(
        name for name, place in elsewhere.items() if path / name not in superseded and place not in listed
    )
    files = tuple(f for f in listed if is_supported(f) and f not in superseded)
    not_yet = tuple(Refused(text) for f in listed if (text := _comes_later(f)) is not None)
    if not files and not not_yet and not missing:
        raise Refused(Message("session.folder_empty", {"path": str(path)}))
    return Found(files, not_yet, missing)


def _single(path: Path) -> Found:
    text = later(path)
    return Found((), (Refused(text),), ()) if text is not None else Found((path,), (), ())


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for entry in folder.iterdir():
        if entry.name.startswith(HIDDEN) or entry.is_symlink():
            continue
        if entry.is_dir() and entry.suffix.lower() != DATABASE_FOLDER:
            found += _walk(entry)
        else:
            found.append(entry)
    return found


def _comes_later(path: Path) -> Message | None:
    """The sentence for a delivery in a format that comes later.

    Side files and notes to people are no deliveries.
    """
    if path.name.lower().endswith((".shp.xml", ".qpj", ".gpkg.xml", ".aux.xml")) or path.name == LIST_NAME:
        return None
    if path.suffix.lower() == ".txt" and not _is_coordinate_text(path):
        return None
    return later(path)


def _is_coordinate_text(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(4096)
    return any(
        token.encode(encoding) in head for token in COORDINATE_HEADS for encoding in ("utf-8", "gb18030")
    )
