"""Field names that fit a format: cut by whole characters, unique, and never without saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gis_app.formats.encoding import codec


def fitted(names: Iterable[str], fit: Callable[[str, int], str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Give every name one that fits, no two alike without regard to case.

    Parameters
    ----------
    names : Iterable[str]
        As they are.
    fit : Callable[[str, int], str]
        Makes a name fit and leaves room for so many more ASCII characters.
    taken : Iterable[str]
        Names that may not be used.

    Returns
    -------
    dict[str, str]
        The new name by the old one; names that fit as they are keep theirs.
    """
    wanted = list(names)
    used = {name.lower() for name in taken}
    found: dict[str, str] = {}
    for name in wanted:
        if fit(name, 0) == name and name.lower() not in used:
            found[name] = name
            used.add(name.lower())
    for name in wanted:
        if name not in found:
            found[name] = _free(name, fit, used)
            used.add(found[name].lower())
    return {name: found[name] for name in wanted}


def _free(name: str, fit: Callable[[str, int], str], used: set[str]) -> str:
    candidate, number = fit(name, 0), 0
    while not candidate or candidate.lower() in used:
        number += 1
        tail = f"_{number}"
        candidate = (fit(name, len(tail)) or "field") + tail
    return candidate


def cut(text: str, largest: int, encoding: str) -> str:
    """Cut a text by whole characters.

    Parameters
    ----------
    text : str
        Every character of which the encoding has.
    largest : int
        So many bytes at most.
    encoding : str
        The encoding.

    Returns
    -------
    str
        The longest beginning that fits.
    """
    encoded = text.encode(codec(encoding))
    return text if len(encoded) <= largest else encoded[:largest].decode(codec(encoding), "ignore")


def writable(text: str, encoding: str) -> str:
    """Replace the characters that an encoding does not have.

    Parameters
    ----------
    text : str
        Any text.
    encoding : str
        The encoding.

    Returns
    -------
    str
        With ``?`` for each of them.
    """
    if text.isascii():
        return text
    name = encoding.lower()
    strict = "gbk" if name == "gbk" else codec(encoding)
    return text.encode(strict, "replace").decode(strict, "replace")
