"""Where a file lies that is not where ``park.toml`` says, as a person answered; the folder stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.edits.import_layers import import_layers
from gis_app.edits.naming import title
from gis_app.geometry.crs import epsg_of
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project, Record
from gis_app.session.intake import Beat, Progress, layers_of, take_in
from gis_app.session.options import Options
from gis_app.session.write_whole import write_whole
from gis_app.worker.folders import user_config_dir

SCHEMA_ID = "parkplan/sources/1"


def sources_path() -> Path:
    """Give the path of the file that remembers it, among the person's settings."""
    return user_config_dir() / "sources.json"


def relocated(folder: Path) -> dict[str, Path]:
    """Give where the files of a folder lie instead, by the path that ``park.toml`` has.

    Raises
    ------
    Refused
        What is remembered cannot be read; it is left as it is.
    """
    return {name: Path(path) for name, path in _all().get(_key(folder), {}).items()}


def relocate(folder: Path, name: str, file: Path) -> None:
    """Remember where a file of a folder lies.

    Raises
    ------
    Refused
        It cannot be written.
    """
    known = _all()
    known[_key(folder)] = {**known.get(_key(folder), {}), name: str(file.absolute())}
    text = json.dumps({"schema": SCHEMA_ID, "folders": known}, ensure_ascii=False, indent=2) + "\n"
    path = sources_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        raise Refused(Message("session.sources_unwritable", values)) from error


def supply_step(
    project: Project,
    name: str,
    file: Path,
    options: Options,
    catalogue: Catalogue,
    progress: Progress | None = None,
    beat: Beat | None = None,
) -> Changeset:
    """Give the step that brings a missing file of a project in from where it lies now.

    Raises
    ------
    Refused
        It cannot be read, or the project has what it brings already.
    """
    system = None if project.crs is None else epsg_of(project.crs)
    wanted = options if system is None else replace(options, crs=str(system))
    intake = take_in([file], wanted, catalogue, progress, beat)
    if intake.refused:
        raise intake.refused[0]
    layers = list(layers_of(project, intake))
    known = next((layer for layer in layers if layer.id in project.layers), None)
    if known is not None:
        raise Refused(Message("session.supply_known", {"file": file.name, "layer": title(known)}))
    rest = tuple(each for each in project.missing_files if each != name)
    record = Record("project", "missing_files", {"value": project.missing_files}, {"value": rest})
    step = import_layers(project, layers)
    text = Message("session.supplied", {"name": name, "file": file.name})
    return replace(step, text=text, records=(*step.records, record))


def _key(folder: Path) -> str:
    return folder.resolve().as_posix()


def _all() -> dict[str, dict[str, str]]:
    path = sources_path()
    try:
        plain: Any = json.loads(path.read_text(encoding="utf-8"))
        if plain["schema"] != SCHEMA_ID:
            raise ValueError(plain["schema"])
        return {str(key): _texts(kept) for key, kept in plain["folders"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(Message("session.sources_unreadable", {"path": path, "reason": str(error)})) from error


def _texts(kept: Mapping[str, object]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in kept.values()):
        raise ValueError(kept)
    return {name: str(value) for name, value in kept.items()}
