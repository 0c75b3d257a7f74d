"""In which encoding the text of a file is, decided from its bytes before anything opens it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gis_app.language import Message

# Byte 29 of a .dbf header. 0x57 stands for whatever the writing machine used and so says nothing.
_LANGUAGE_BYTES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x13: "cp932",
    0x26: "cp866",
    0x4D: "GBK",
    0x4E: "cp949",
    0x4F: "Big5",
    0x58: "cp1252",
    0x59: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x78: "Big5",
    0x79: "cp949",
    0x7A: "GBK",
    0x7B: "cp932",
    0x7C: "cp874",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
_NUMBERED = {
    "936": "GBK",
    "65001": "UTF-8",
    "950": "Big5",
    "54936": "GB18030",
    "932": "cp932",
    "949": "cp949",
}
_CHINESE = ("gbk", "gb2312", "cp936", "ms936", "gb18030")
_SAMPLE = 12


@dataclass(frozen=True)
class Encoding:
    """A decision.

    Parameters
    ----------
    name : str
        As shown to people.
    basis : str
        ``stated``, ``cpg``, ``language_byte``, ``utf8``, ``gb18030``.
    problems : tuple[Message, ...]
        Claims that did not hold, and doubts.
    fits : bool
        Whether every text decodes.
    """

    name: str
    basis: str
    problems: tuple[Message, ...] = ()
    fits: bool = True


def known(name: str) -> str | None:
    """Give the name under which an encoding is known here.

    Parameters
    ----------
    name : str
        As in a ``.cpg`` or stated by a person: ``UTF-8``, ``GBK``, ``936``, ``ANSI 936``, ``ISO 88591``.

    Returns
    -------
    str | None
        A name that `decoded` takes; ``None`` when there is no such encoding.
    """
    text = re.sub(r"^(oem|ansi|cp|windows|ms)[\s_-]*(?=\d)", "", name.strip().lower())
    text = re.sub(r"^(iso)[\s_-]*8859[\s_-]*(\d+)$|^()8859[\s_-]*(\d+)$", r"iso8859-\2\4", text)
    if text in _NUMBERED:
        return _NUMBERED[text]
    for candidate in (text, f"cp{text}"):
        try:
            found = codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
        return {"utf-8": "UTF-8", "gbk": "GBK", "gb2312": "GBK", "gb18030": "GB18030"}.get(found, found)
    return None


def codec(name: str) -> str:
    """Give the codec that reads text of an encoding; GB 18030 reads all of its forerunners.

    Parameters
    ----------
    name : str
        From `known`.

    Returns
    -------
    str
        For ``bytes.decode``.
    """
    return "gb18030" if name.lower() in _CHINESE else name


def decoded(cell: bytes, name: str, full: bool = False) -> tuple[str, bool] | None:
    """Decode one text strictly.

    Parameters
    ----------
    cell : bytes
        Without its padding.
    name : str
        The encoding.
    full : bool
        The text fills its field: its last character may have been cut by the writer.

    Returns
    -------
    tuple[str, bool] | None
        The text, and whether a cut character was dropped at its end; ``None`` if it does not decode.
    """
    for dropped in range(4 if full else 1):
        try:
            return cell[: len(cell) - dropped].decode(codec(name)), dropped > 0
        except UnicodeDecodeError as error:
            if error.start < len(cell) - 4:
                return None
    return None


def decide(
    texts: Sequence[tuple[bytes, bool]], *, stated: str | None, cpg: str | None, language_byte: int
) -> Encoding:
    """Decide the encoding of a ``.dbf``.

    What a person stated comes first, then the ``.cpg``, then the language byte, each only if every text
    decodes strictly; then strict UTF-8; then GB 18030.

    Parameters
    ----------
    texts : Sequence[tuple[bytes, bool]]
        Every field name and text cell with a byte above 127, and whether it fills its field.
    stated : str, optional
        What a person said; a name known to `known`.
    cpg : str, optional
        Content of the ``.cpg``.
    language_byte : int
        Byte 29 of the header.

    Returns
    -------
    Encoding
        The decision with its basis.
    """
    problems: list[Message] = []
    for basis, claim in _claims(stated, cpg, language_byte):
        name = known(claim)
        failures = sum(decoded(cell, name, full) is None for cell, full in texts) if name else len(texts)
        if name and not failures and not _rather_utf8(basis, name, texts):
            return Encoding(name, basis, tuple(problems))
        problems.append(_not_held(basis, claim, name, failures))
    if _fit(texts, "UTF-8"):
        return Encoding("UTF-8", "utf8", (*problems, *_doubts(texts)))
    return Encoding("GB18030", "gb18030", tuple(problems), fits=_fit(texts, "GB18030"))


def _claims(stated: str | None, cpg: str | None, language_byte: int) -> Iterable[tuple[str, str]]:
    if stated:
        yield "stated", stated
    if cpg:
        yield "cpg", cpg
    if language_byte in _LANGUAGE_BYTES:
        yield "language_byte", _LANGUAGE_BYTES[language_byte]


def _rather_utf8(basis: str, name: str, texts: Sequence[tuple[bytes, bool]]) -> bool:
    # A code page of single bytes fits anything, and writers leave its byte in the header by habit.
    return basis == "language_byte" and name.startswith("cp") and bool(texts) and _fit(texts, "UTF-8")


def _not_held(basis: str, claim: str, name: str | None, failures: int) -> Message:
    values = {"claim": claim, "count": failures}
    if name is None:
        return Message(f"formats.encoding_{basis}_unknown", values)
    if not failures:
        return Message(f"formats.encoding_{basis}_doubted", values)
    return Message(f"formats.encoding_{basis}_fails", values)


def _fit(texts: Sequence[tuple[bytes, bool]], name: str) -> bool:
    return all(decoded(cell, name, full) for cell, full in texts)


def _doubts(texts: Sequence[tuple[bytes, bool]]) -> list[Message]:
    if not texts or not _fit(texts, "GB18030"):
        return []
    sample = texts[0][0]
    samples = [(decoded(sample, name, True) or ("", False))[0][:_SAMPLE] for name in ("UTF-8", "GB18030")]
    return [Message("formats.encoding_doubtful", {"as_utf8": samples[0], "as_gb18030": samples[1]})]
