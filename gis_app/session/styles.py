"""Styles of a park's own, read over those of program and office: a project holds them, a folder has files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gis_app.catalogue import Catalogue, FeatureType, Style
from gis_app.catalogue.catalogue import Override, own_style, style_fits
from gis_app.catalogue.code_list import CodeList
from gis_app.catalogue.source import Source, read_source
from gis_app.catalogue.style import style as read_style
from gis_app.language import Message, Refused
from gis_app.model.duplicate import TABLE, is_duplicate, layer_id
from gis_app.session.write_whole import write_whole

if TYPE_CHECKING:  # a style is read without what opens a park
    from gis_app.session.open_path import Opened

STYLES = "styles"
FORMATS = (".toml", ".qml", ".sld")


def own_folder(path: Path) -> Path:
    """Give the folder of the styles of an opened folder or data file; it need not exist."""
    return path / STYLES if path.is_dir() else path.with_name(f"{path.stem}.{STYLES}")


def own_styles(catalogue: Catalogue) -> set[str]:
    """Give the ids of the styles that stand for the program's."""
    return {override.id for override in catalogue.overrides if override.kind == "style"}


def with_style(catalogue: Catalogue, style: Style) -> Catalogue:
    """Give a catalogue with one style exchanged."""
    replaced = catalogue.styles[style.id].path if style.id in catalogue.styles else Path()
    others = tuple(one for one in catalogue.overrides if (one.kind, one.id) != ("style", style.id))
    own = Override("style", style.id, style.path, replaced)
    return replace(catalogue, styles={**catalogue.styles, style.id: style}, overrides=(*others, own))


def without_style(catalogue: Catalogue, id: str, plain: Catalogue, program_id: str) -> Catalogue:
    """Give a catalogue with the style of an id as another has it, for a duplicate that of its type."""
    others = tuple(one for one in catalogue.overrides if (one.kind, one.id) != ("style", id))
    again = tuple(one for one in plain.overrides if (one.kind, one.id) == ("style", id))
    styles = {**catalogue.styles, id: replace(plain.styles[program_id], id=id)}
    return replace(catalogue, styles=styles, overrides=(*others, *again))


def with_own_styles(catalogue: Catalogue, path: Path) -> tuple[Catalogue, tuple[Message, ...]]:
    """Read what lies beside an opened path over a catalogue; what is wrong in it is told and left out."""
    told: list[Message] = []
    for file in sorted(own_folder(path).glob("*.toml")):
        if file.stem in catalogue.styles:
            try:
                catalogue = with_style(
                    catalogue, own_style(read_source(file), catalogue.feature_types.values())
                )
            except Refused as refused:
                told.append(refused.message)
    return catalogue, tuple(told)


def with_entered_styles(
    catalogue: Catalogue, entered: Mapping[str, Mapping[str, object]], types: Mapping[str, str]
) -> tuple[Catalogue, tuple[Message, ...]]:
    """Read what a project holds in its table ``style`` over a catalogue, as ``with_own_styles``.

    Parameters
    ----------
    types
        The feature type of each layer, for the duplicates: one without a style of its own has the one that
        its type has in ``catalogue``.
    """
    told: list[Message] = []
    plain = catalogue
    for id, entry in entered.items():
        kinds = [kind for kind in plain.feature_types.values() if kind.style == id]
        kind = plain.feature_types.get(types.get(layer_id(id), "")) if is_duplicate(id) else None
        if kind is not None:
            kinds = [replace(kind, style=id)]
            catalogue = replace(
                catalogue, styles={**catalogue.styles, id: replace(plain.styles[kind.style], id=id)}
            )
        if kinds and entry.get("toml") is not None:
            try:
                source = Source(Path(f"{id}.toml"), str(entry["toml"]), "")
                catalogue = with_style(catalogue, own_style(source, kinds))
            except Refused as refused:
                told.append(refused.message)
    return catalogue, tuple(told)


def worn(catalogue: Catalogue, opened: Opened) -> tuple[Catalogue, tuple[Message, ...]]:
    """Give the catalogue with the styles of what is open, wherever it keeps them; what is wrong is told."""
    if opened.intake is None:
        types = {id: layer.feature_type.id for id, layer in opened.project.layers.items()}
        return with_entered_styles(catalogue, opened.project.entries.get(TABLE, {}), types)
    return with_own_styles(catalogue, opened.path)


def opened_file(file: Path, id: str) -> tuple[Style, tuple[Message, ...]]:
    """Read a style from a TOML or QML file, whatever it is named, as the style of an id.

    Returns
    -------
    Style
        What was understood.
    tuple of Message
        What was not.

    Raises
    ------
    Refused
        It cannot be read; in a TOML file line and key are named.
    """
    if file.suffix.lower() == ".qml":
        from gis_app.catalogue.qml_reading import read_qml

        return read_qml(file, id)
    source = read_source(file)
    head = source.toml().get("style")
    own = str(head.get("id", file.stem)) if isinstance(head, dict) else file.stem
    found = read_style(replace(source, path=file.with_name(f"{Path(own).name}.toml")))
    return replace(found, id=id), ()


def fitting(style: Style, kind: FeatureType) -> Style:
    """Give a style for another feature type, as its own.

    Raises
    ------
    Refused
        It asks for a field that the type does not have; the field is named.
    """
    from gis_app.catalogue.style_writing import style_toml

    made = replace(style, id=kind.style, path=Path())
    if made.kind == "single":
        made = replace(made, rules=(replace(made.rules[0], title=kind.title),))
    style_fits(Source(Path(f"{kind.style}.toml"), style_toml(made), ""), made, kind)
    return made


def has_own(id: str, opened: Opened) -> bool:
    """Whether what is open holds a style of an id for itself."""
    if opened.intake is None:
        return opened.project.entries.get(TABLE, {}).get(id, {}).get("toml") is not None
    return (own_folder(opened.path) / f"{id}.toml").exists()


def save_own(style: Style, path: Path) -> Path:
    """Write a style among those of an opened path.

    Raises
    ------
    Refused
        It cannot be written; what was there is untouched.
    """
    from gis_app.catalogue.style_writing import style_toml  # most parks are opened without writing any

    file = own_folder(path) / f"{style.id}.toml"
    write_text(file, style_toml(style))
    return file


def reset_own(id: str, path: Path) -> None:
    """Do away with the style of an id beside an opened path.

    Raises
    ------
    Refused
        It cannot be deleted.
    """
    file = own_folder(path) / f"{id}.toml"
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        values = {"path": str(file), "reason": error.strerror}
        raise Refused(Message("session.style_unwritable", values)) from error


def export_style(
    style: Style, file: Path, kind: FeatureType, geometry: str, codes: CodeList | None, language: str
) -> None:
    """Write a style as TOML, QML or SLD, as the file's suffix says.

    Parameters
    ----------
    geometry
        ``point``, ``line`` or ``polygon``: which of them the layer's features are.
    codes
        The code list of the layer's classes, where it has one.

    Raises
    ------
    Refused
        It cannot be written, or the suffix is another.
    """
    from gis_app.catalogue.qml import qml
    from gis_app.catalogue.sld import sld
    from gis_app.catalogue.spelled_out import spelled_out
    from gis_app.catalogue.style_writing import style_toml

    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        raise Refused(Message("session.style_suffix", {"suffixes": list(FORMATS)}))
    if suffix == ".toml":
        write_text(file, style_toml(replace(style, id=file.stem)))
        return
    plain = spelled_out(style, kind.class_field, codes)
    write_text(file, (qml if suffix == ".qml" else sld)(plain, geometry, language))


def write_text(file: Path, text: str) -> None:
    """Write a text whole or not at all.

    Raises
    ------
    Refused
        It cannot be written; what was there is untouched.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
    except OSError as error:
        values = {"path": str(file), "reason": error.strerror}
        raise Refused(Message("session.style_unwritable", values)) from error


def geometry_of(kind: FeatureType, drawn: Sequence[str]) -> str:
    """Give which kind of geometry a layer's styles are written for: the type's own, else the first drawn."""
    if kind.geometry in ("point", "line", "polygon"):
        return kind.geometry
    return next(iter(drawn), "polygon")
