"""The images of a park: where they lie, of which day, how aligned; and what may not be laid under it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from gis_app.edits.set_network import NETWORKS as NETWORKS
from gis_app.geometry.alignment import Alignment, ControlPoint, Kind, align
from gis_app.language import Message, Refused
from gis_app.session.write_whole import write_whole
from gis_app.worker.folders import user_config_dir

if TYPE_CHECKING:
    from gis_app.session.answers import Answers
    from gis_app.session.tile_source import TileSource

SHIFTS = ("none", "gcj02", "bd09")
"""``none``: somebody vouches that it is not shifted; the others are published with an offset on purpose.

GCJ-02 lies some 50 to 700 m off, irregularly, BD-09 again beside that; no exact way back is public.
"""
FILES_END = ".files"
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["path"],
        "additionalProperties": False,
        "properties": {
            "path": {"type": "string", "minLength": 1},
            "title": {"type": "string"},
            "date": {},
            "source": {"type": "string"},
            "source_crs": {"type": ["integer", "string"]},
            "shift": {"enum": list(SHIFTS)},
            "opacity": {"type": "number", "minimum": 0, "maximum": 1},
            "alignment": {"enum": ["similarity", "affine"]},
            "points": {
                "type": "array",
                "minItems": 2,
                "maxItems": 1000,
                "items": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}},
            },
        },
    },
}
"""The key ``image`` of ``park.toml``; ``points`` are column, row, x, y."""


@dataclass(frozen=True)
class Image:
    """One image of a park.

    Attributes
    ----------
    path
        A file, or a folder of tiles.
    title, source
        What it is called, and who made it.
    date
        The day it was taken; it stands in the legend.
    crs
        Reference system of a file that names none.
    shift
        One of ``SHIFTS``, or empty where nobody said.
    opacity
        From 0 to 1.
    kind, points
        How and by which points a person aligned it; no points where it lies where it says.
    tiles
        The service it is fetched from; None for a file.
    """

    path: Path
    title: str = ""
    date: date | None = None
    source: str = ""
    crs: str = ""
    shift: str = ""
    opacity: float = 1.0
    kind: Kind | None = None
    points: tuple[ControlPoint, ...] = ()
    tiles: TileSource | None = None

    @property
    def id(self) -> str:
        """What it is known by while the park is open."""
        return str(self.path) if self.tiles is None else f"tiles:{self.tiles.id}"

    @property
    def name(self) -> str:
        """Its title, or that of its file."""
        return self.title or self.path.stem

    @property
    def is_shifted(self) -> bool:
        """Whether it is published with an offset on purpose: nothing may be measured on it."""
        return self.shift in ("gcj02", "bd09")

    def alignment(self) -> Alignment | None:
        """Give how it was aligned, None where it lies where it says.

        Raises
        ------
        Refused
            The points do not fix it.
        """
        return align(self.points, self.kind) if self.points else None

    def refuse_hidden_shift(self, hint: str) -> None:
        """Refuse an image whose own words tell of a shift that nobody has named.

        Parameters
        ----------
        hint
            ``gcj02``, ``bd09`` or empty.

        Raises
        ------
        Refused
            It must be said first which it is.
        """
        if hint and not self.shift:
            shift = Message(f"session.shift_{hint}")
            raise Refused(Message("session.image_shift_unnamed", {"image": self.name, "shift": shift}))


def image_of(
    entry: Mapping[str, Any],
    folder: Path,
    day: Callable[[str], date | None],
    refuse: Callable[[str, Message], Refused],
) -> Image:
    """Read one ``[[image]]``.

    Parameters
    ----------
    entry
        As the file says it, held against ``SCHEMA``.
    folder
        That relative paths begin in.
    day, refuse
        Give the date under a key, and the refusal of what stands under a key.

    Raises
    ------
    Refused
        A path leads to another machine, or the points do not fix the image.
    """
    given = entry["path"]
    if is_elsewhere(given):
        raise refuse("path", Message("session.image_elsewhere", {"path": given}))
    image = Image(
        folder / given,
        entry.get("title", ""),
        day("date"),
        entry.get("source", ""),
        str(entry.get("source_crs", "")),
        entry.get("shift", ""),
        float(entry.get("opacity", 1.0)),
        entry.get("alignment"),
        tuple(ControlPoint(*(float(value) for value in point)) for point in entry.get("points", ())),
    )
    try:
        image.alignment()
    except Refused as refused:
        raise refuse("points", refused.message) from refused
    return image


def is_elsewhere(path: str) -> bool:
    """Tell whether a path leads over a network or out by ``..``: an address, a share, a way back."""
    windows = PureWindowsPath(path)
    return (
        "://" in path
        or path.startswith(("//", "\\\\", "/vsi"))
        or windows.drive.startswith("\\\\")
        or ".." in windows.parts
        or "\0" in path
    )


def files_folder(park: Path) -> Path:
    """Give the folder of what is kept beside a park: a folder itself, ``NAME.files`` of a project file."""
    return park if park.is_dir() else park.with_name(park.stem + FILES_END)


def kept_folder(park: Path) -> Path:
    """Give the folder of what the window keeps of a park's images.

    A folder that was delivered is never written into: what is added to it lies among the person's settings.
    """
    if not park.is_dir():
        return files_folder(park)
    digest = hashlib.sha256(str(park.resolve()).encode("utf-8")).hexdigest()[:16]
    return user_config_dir() / "parks" / f"{park.resolve().name}-{digest}"


def images_of(park: Path, answers: Answers | None = None) -> tuple[Image, ...]:
    """Give the images of a park, from the bottom up.

    Parameters
    ----------
    park
        A folder or a project file.
    answers
        Of the folder, where they have been read.

    Raises
    ------
    Refused
        What is said of them is wrong.
    """
    own = {image.path: image for image in kept_images(park)}
    said = (answers or _answers(files_folder(park))).images if park.is_dir() else ()
    placed = [own.pop(image.path, image) for image in said]
    return (*placed, *own.values())


def kept_images(park: Path) -> tuple[Image, ...]:
    """Give the images that were added or aligned in the window."""
    return _answers(kept_folder(park)).images


def _answers(folder: Path) -> Answers:
    from gis_app.session.answers import FILE_NAME, Answers, read_answers

    if not (folder / FILE_NAME).is_file():  # the window waits, and the catalogue takes a while to read
        return Answers(folder)
    from gis_app.catalogue import load

    return read_answers(folder, load())


def keep(park: Path, image: Image) -> None:
    """Keep an image, or how it is aligned now; nothing that was delivered is written.

    Raises
    ------
    Refused
        It cannot be written; what was kept before is then untouched.
    """
    _rewrite(park, image, _entry(kept_folder(park), image))


def drop(park: Path, image: Image) -> None:
    """Give up what was kept of an image; the image itself stays, and what ``park.toml`` says of it."""
    _rewrite(park, image, "")


def _rewrite(park: Path, image: Image, entry: str) -> None:
    import tomli

    from gis_app.session.answers import FILE_NAME, SCHEMA_ID

    folder = kept_folder(park)
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else f'schema = "{SCHEMA_ID}"\n'
        new = _without(text, folder, image).rstrip("\n") + "\n" + (f"\n{entry}" if entry else "")
        _same_but(tomli.loads(text), tomli.loads(new), folder, image)
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, new)
    except (OSError, ValueError) as error:
        values = {"path": str(path), "cause": str(error)}
        raise Refused(Message("session.image_not_kept", values)) from error


def _without(text: str, folder: Path, image: Image) -> str:
    """Take the block of an image out of the text, from its head to the next."""
    import tomli

    entries = tomli.loads(text).get("image", [])
    lines, kept, number = text.splitlines(keepends=True), [], -1
    mine = {place for place, entry in enumerate(entries) if folder / entry["path"] == image.path}
    inside = False
    for line in lines:
        head = line.strip()
        if _is_head(head):
            is_image = head.replace(" ", "").startswith("[[image]]")
            number += is_image
            inside = is_image and number in mine
        if not inside:
            kept.append(line)
    return "".join(kept)


def _same_but(old: dict[str, Any], new: dict[str, Any], folder: Path, image: Image) -> None:
    """Raise ValueError where anything but the entry of an image differs."""
    for data in (old, new):
        data["image"] = [entry for entry in data.get("image", []) if folder / entry["path"] != image.path]
    if old != new:
        raise ValueError("other entries would change")


def _is_head(line: str) -> bool:
    """Whether a line that begins with a bracket names a table; a row of points does not."""
    inner = line.lstrip("[").lstrip()
    return line.startswith("[") and bool(inner) and (inner[0].isalpha() or inner[0] in "_\"'")


def _entry(folder: Path, image: Image) -> str:
    """Give the block of an image; a path inside the folder is written relative to it."""
    inside = image.path.is_relative_to(folder)
    path = image.path.relative_to(folder) if inside else image.path
    rows: dict[str, str] = {"path": _quoted(PurePosixPath(path.as_posix()).as_posix())}
    rows |= {key: _quoted(value) for key in ("title", "source", "shift") if (value := getattr(image, key))}
    if image.date is not None:
        rows["date"] = image.date.isoformat()
    if image.crs:
        rows["source_crs"] = image.crs if image.crs.isdigit() else _quoted(image.crs)
    if image.opacity != 1.0:
        rows["opacity"] = repr(round(image.opacity, 3))
    if image.points:
        rows["alignment"] = _quoted(image.alignment().kind)  # type: ignore[union-attr]
        points = ", ".join(f"[{p.column!r}, {p.row!r}, {p.x!r}, {p.y!r}]" for p in image.points)
        rows["points"] = f"[{points}]"
    return "[[image]]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())


def _quoted(text: str) -> str:
    """Write a TOML string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)


def aligned(image: Image, points: tuple[ControlPoint, ...], kind: Kind | None = None) -> Image:
    """Give an image with other points.

    Raises
    ------
    Refused
        They do not fix it.
    """
    made = replace(image, points=points, kind=kind)
    made.alignment()
    return made
