"""The user's files: named plainly, looked at, and copied to a private place where a library may open them."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gis_app.language import Message, Refused

_ADDRESSES = ("/vsi", "\\vsi", "http:", "https:", "ftp:", "pg:", "mysql:", "mssql:", "gpkg:", "wfs:", "file:")
_BLOCK = 1 << 20
_HEAD = 4096


@dataclass(frozen=True)
class Source:
    """A set of files, copied.

    Parameters
    ----------
    path : Path
        The file as the user named it.
    copies : dict[str, Path]
        The copy of each member by its extension in lower case.
    files : tuple[tuple[Path, str], ...]
        The members at their own place, each with its SHA-256.
    """

    path: Path
    copies: dict[str, Path]
    files: tuple[tuple[Path, str], ...]

    def content(self, extension: str) -> bytes:
        """Give the bytes of one member, none where it is absent.

        Parameters
        ----------
        extension : str
            In lower case, with the dot.

        Returns
        -------
        bytes
            The whole content.
        """
        copy = self.copies.get(extension)
        return copy.read_bytes() if copy else b""


def refuse(name: str, path: Path | str, **values: object) -> Refused:
    """Give the refusal of a file.

    Parameters
    ----------
    name : str
        The message id without its domain.
    path : Path | str
        The file that the sentence names.
    **values : object
        Further values of the sentence.

    Returns
    -------
    Refused
        To be raised.
    """
    return Refused(Message(f"formats.{name}", {"file": Path(path).name, "path": str(path), **values}))


def not_an_address(path: Path) -> None:
    """Refuse a path that a library would follow to another place.

    Parameters
    ----------
    path : Path
        What was given.

    Raises
    ------
    Refused
        It is an address.
    """
    text = str(path)
    # a Path folds the two slashes of an address into one
    if text.lower().startswith(_ADDRESSES) or "://" in text or "\0" in text:
        raise refuse("address", path)


def plain(path: Path) -> Path:
    """Make sure that a path names an ordinary file, and not an address that a library would follow.

    Parameters
    ----------
    path : Path
        What was given.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    Refused
        It is an address, a folder, no file, or anything but an ordinary file.
    """
    not_an_address(path)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise refuse("folder", path)
    if not stat.S_ISREG(mode):
        raise refuse("not_ordinary", path)
    return path


def unreadable(path: Path, error: OSError) -> Refused:
    """Say why a file cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    error : OSError
        What the system said.

    Returns
    -------
    Refused
        To be raised.
    """
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) or error.errno == errno.ENAMETOOLONG:
        return refuse("absent", path)
    if isinstance(error, PermissionError):
        return refuse("no_read_permission", path)
    return refuse("unreadable", path, cause=error.strerror or str(error))


def members(path: Path, extensions: tuple[str, ...]) -> dict[str, Path]:
    """Find the members of a set beside its main file, however their extensions are written.

    Parameters
    ----------
    path : Path
        The main file.
    extensions : tuple[str, ...]
        Those wanted, in lower case with the dot.

    Returns
    -------
    dict[str, Path]
        The members that are there, by extension; the main file itself always.
    """
    found = {path.suffix.lower(): path}
    for name in sorted(os.listdir(path.parent)):
        stem, extension = os.path.splitext(name)
        if extension.lower() in extensions and stem == path.stem and (each := path.parent / name).is_file():
            found.setdefault(extension.lower(), each)
    return found


def head(path: Path) -> bytes:
    """Give the first bytes of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        Some thousands of them.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise unreadable(path, error) from error


def content_kind(start: bytes) -> str:
    """Tell by its first bytes what a file holds.

    Parameters
    ----------
    start : bytes
        From `head`.

    Returns
    -------
    str
        ``shapefile sqlite json vrt xml zip pdf text binary empty``.
    """
    if not start:
        return "empty"
    if start[:4] == b"\0\0\x27\x0a":
        return "shapefile"
    if start.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if start.startswith(b"PK\3\4"):
        return "zip"
    if start.startswith(b"%PDF"):
        return "pdf"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<":
        return "vrt" if b"VRTDataSource" in text or b"VRTDataset" in text else "xml"
    if text[:1] in (b"{", b"["):
        return "json"
    return "binary" if b"\0" in start else "text"


def take(path: Path, extensions: tuple[str, ...], folder: Path) -> Source:
    """Copy a set of files, computing their digests on the way.

    Nothing is ever opened by a library at its own place: SQLite and GDAL write side files there.

    Parameters
    ----------
    path : Path
        The main file.
    extensions : tuple[str, ...]
        Of every member that matters.
    folder : Path
        Where the copies go.

    Returns
    -------
    Source
        The copies and digests.

    Raises
    ------
    Refused
        A member cannot be read or changed meanwhile, or there is no room for the copy.
    """
    copies, files = {}, []
    for extension, member in members(path, extensions).items():
        copies[extension] = folder / f"copy{extension}"
        files.append((member, _copy(member, copies[extension])))
    return Source(path, copies, tuple(files))


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    try:
        stream = source.open("rb")
    except OSError as error:
        raise unreadable(source, error) from error
    with stream:
        before = os.fstat(stream.fileno())
        try:
            with target.open("wb") as copy:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    copy.write(block)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise refuse("no_room_for_copy", source, bytes=before.st_size) from error
            raise unreadable(source, error) from error
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise refuse("changed_while_reading", source)
    return digest.hexdigest()
