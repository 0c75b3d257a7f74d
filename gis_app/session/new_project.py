"""A new project file from deliveries: the import is its first changeset."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.catalogue.style_writing import style_toml
from gis_app.edits.set_styles import EDIT as SET_STYLES
from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.session.attaching import Adopted, adopt
from gis_app.session.attachment_list import listed
from gis_app.session.handed_on import hand_on_styles
from gis_app.session.imagery import files_folder, keep
from gis_app.session.intake import Intake, import_step, project_of
from gis_app.session.options import Options
from gis_app.session.styles import with_own_styles


@dataclass(frozen=True)
class Made:
    """Where the project is, what it holds, and what of the delivery's attachments could not be taken over."""

    path: Path
    layers: int
    features: int
    attachments: int = 0
    left: tuple[Message, ...] = ()


def new_project(path: Path, intake: Intake, options: Options, catalogue: Catalogue, actor: str) -> Made:
    """Write a project file; on any failure none is left behind.

    Raises
    ------
    Refused
        An input could not be used, the path is taken, or it cannot be written.
    """
    if intake.refused:
        raise Refused(
            Message("session.not_all_usable", {"all": [refused.message for refused in intake.refused]})
        )
    project_of(intake, options)  # refuses what cannot become a project before anything is written
    project = Project(crs=intake.crs)
    step = import_step(project, intake, options)
    beside = files_folder(path)
    was_there = beside.exists()
    stored = ProjectFile.create(path, project, actor=actor)
    try:
        stored.commit(step, op_id=str(uuid.uuid4()), actor=actor)
        stored.outside.note_read(_sets(intake))
        styles = SET_STYLES.changeset(project, catalogue, {"styles": _styles(intake.path, catalogue)})
        if styles:
            stored.commit(styles, op_id=str(uuid.uuid4()), actor=actor)
        hand_on_styles(stored, catalogue)
        adopted = _adopted(stored, path, intake, actor)
    except BaseException:
        stored.close()
        path.unlink(missing_ok=True)
        if not was_there:
            shutil.rmtree(beside, ignore_errors=True)
        raise
    stored.close()
    features = sum(len(layer.frame) for layer in step.arrivals)
    return Made(path, len(step.arrivals), features, len(adopted.step.records), adopted.left)


def _adopted(stored: ProjectFile, path: Path, intake: Intake, actor: str) -> Adopted:
    """Take over what the delivered folder attaches, as a step of its own, and which images lie under it."""
    folder = intake.answers.folder
    adopted = adopt(stored.load(), path, listed(folder) if folder.is_dir() else (), folder)
    if adopted.step:
        stored.commit(adopted.step, op_id=str(uuid.uuid4()), actor=actor)
    for image in intake.answers.images:
        keep(path, replace(image, path=image.path.resolve()))
    return adopted


def _styles(path: Path, catalogue: Catalogue) -> dict[str, str]:
    """Styles that lie beside what was read, as TOML; what is wrong in them was told when it was opened."""
    own, _ = with_own_styles(catalogue, path)
    return {id: style_toml(own.styles[id]) for id in own.styles if own.styles[id] is not catalogue.styles[id]}


def _sets(intake: Intake) -> list[tuple[Path, dict[str, str]]]:
    """Every set that was read, with the SHA-256 of its members."""
    tables = {delivery.table.path: delivery.table.files for delivery in intake.deliveries}
    return [(path, {file.name: digest for file, digest in files}) for path, files in tables.items()]
