"""One zip of a project to hand on: the project file closed, its attachments, and the SHA-256 of each."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from gis_app.language import Message, Refused
from gis_app.project_file import ProjectFile
from gis_app.project_file.attachment import digest, folder_of, lying
from gis_app.session.attachments import FOLDER_NAME

SUMS = "SHA256SUMS"
"""As ``sha256sum`` writes it: digest, two spaces, name."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Bundled:
    """Where the zip is, how many attachments it holds, and which are missing or altered."""

    path: Path
    attachments: int
    problems: tuple[Message, ...]


def bundle(stored: ProjectFile, target: Path, *, overwrite: bool = False) -> Bundled:
    """Write the zip, read it back, and only then give it its name.

    The state is that of ``stored``, also while somebody else has the project open.

    Raises
    ------
    Refused
        The target is taken, or what was written does not read back.
    OSError
        It cannot be written; nothing is left behind.
    """
    if target.exists() and not overwrite:
        raise Refused(Message("session.bundle_exists", {"file": str(target)}))
    folder, files = folder_of(stored.path), _handed_on(stored)
    with tempfile.TemporaryDirectory(prefix=".parkplan-bundle-", dir=target.absolute().parent) as made:
        project, part = Path(made) / stored.path.name, Path(made) / "part.zip"
        stored.copy_to(project)
        names = {stored.path.name: project}
        names |= {f"{folder.name}/{path.relative_to(folder).as_posix()}": path for path in files}
        sums = {name: digest(path) for name, path in names.items()}
        _write(part, names, sums)
        if _sums_of(part) != sums:
            raise Refused(Message("session.bundle_differs", {"file": str(target)}))
        _sync(part)
        os.replace(part, target)
    return Bundled(target, len(files), tuple(stored.attachment_problems()))


def _handed_on(stored: ProjectFile) -> list[Path]:
    """What lies beside the project, without what belongs to no record, such as a file taken off."""
    folder, known = folder_of(stored.path), {one.path for one in stored.attachments()}
    found = {path.relative_to(folder).as_posix(): path for path in lying(stored.path)}
    return [path for name, path in found.items() if name in known or not name.startswith(f"{FOLDER_NAME}/")]


def _write(part: Path, names: dict[str, Path], sums: dict[str, str]) -> None:
    listing = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as made:
        for name, path in names.items():
            made.write(path, name)
        made.writestr(SUMS, listing)


def _sums_of(part: Path) -> dict[str, str]:
    """SHA-256 of every member as it reads back; each must be what the listing says."""
    found = {}
    with zipfile.ZipFile(part) as made:
        listing = made.read(SUMS).decode()
        for name in made.namelist():
            if name != SUMS:
                sha256 = hashlib.sha256()
                with made.open(name) as member:
                    while block := member.read(_BLOCK):
                        sha256.update(block)
                found[name] = sha256.hexdigest()
    told = {line.partition("  ")[2]: line.partition("  ")[0] for line in listing.splitlines()}
    return found if told == found else {}


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
