"""Formats that this version does not read yet, each answered with one sentence."""

from __future__ import annotations

from pathlib import Path

from gis_app.language import Message

# extension: the last part of a message id that names the kind of file
_LATER = {
    **dict.fromkeys((".dxf", ".dwg", ".dgn"), "cad"),
    **dict.fromkeys((".gdb", ".mdb", ".accdb"), "geodatabase"),
    **dict.fromkeys((".txt", ".csv", ".tsv"), "text_table"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".et", ".ods"), "spreadsheet"),
    **dict.fromkeys((".kml", ".kmz", ".gpx", ".ovkml", ".ovobj"), "kml"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar", ".gz"), "archive"),
    **dict.fromkeys((".gml", ".xml"), "gml"),
    **dict.fromkeys((".tab", ".mif", ".mid", ".wp", ".wl", ".wt"), "mapinfo"),
    **dict.fromkeys((".fgb", ".parquet", ".sqlite"), "exchange"),
    **dict.fromkeys((".vct", ".e00"), "vct"),
}


def later(path: Path) -> Message | None:
    """Say that a kind of file comes later.

    Parameters
    ----------
    path : Path
        A file, or the folder of a file geodatabase.

    Returns
    -------
    Message | None
        The sentence, ``None`` for a file of any other kind.
    """
    kind = _LATER.get(path.suffix.lower())
    if kind is None:
        return None
    return Message("formats.later", {"file": path.name, "kind": Message(f"formats.later_{kind}")})
