"""From a path to a project: read, place, recognise, map, merge.

What is excluded is counted, what is refused is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.catalogue import Catalogue, FeatureType
from gis_app.edits.import_layers import import_layers
from gis_app.formats import Request, Table, read_many
from gis_app.geometry.area import planar_area_m2
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Columns, Layer, Project, Proposal, Source
from gis_app.session.answers import FILE_NAME, Answers, read_answers
from gis_app.session.columns import SOURCE_ID
from gis_app.session.delivery import (
    UNRECOGNISED,
    Delivery,
    area_units,
    fitting,
    kind_of,
    mapped,
    noted,
    scheme_of,
)
from gis_app.session.files import find
from gis_app.session.georeference import (
    SourceCrs,
    bounds_of,
    common_grid,
    place,
    project_grid,
    proposals,
    source_crs,
)
from gis_app.session.merging import completeness_of, judged, layer_id, refuse_same_ground, set_aside
from gis_app.session.options import Options

Progress = Callable[[Message], None]
Beat = Callable[[], object]


@dataclass(frozen=True)
class Intake:
    """What a path gave.

    ``refused`` are inputs that could not be used, each with its sentence; ``notes`` what was noticed and
    put up with.
    """

    path: Path
    deliveries: tuple[Delivery, ...]
    crs: CRS | None
    answers: Answers
    missing: tuple[str, ...]
    refused: tuple[Refused, ...]
    notes: tuple[Message, ...]


def take_in(
    paths: Sequence[Path],
    options: Options,
    catalogue: Catalogue,
    progress: Progress | None = None,
    beat: Beat | None = None,
) -> Intake:
    """Read files or one folder.

    Parameters
    ----------
    beat
        Called all the time while files are read; what it raises ends the reading.

    Raises
    ------
    Refused
        Nothing could be read, or what was read cannot be placed in one reference system.
    """
    answers = replace(_answers(paths, catalogue), relocated=options.relocated)
    found = [find(path, answers if path == answers.folder else Answers(path)) for path in paths]
    files = [file for each in found for file in each.files]
    refused = [text for each in found for text in each.not_yet]
    tables: list[Table] = []
    requests = [Request(file, options.encoding.of(file) or _said(answers, file)) for file in files]
    if progress is not None and files:
        progress(Message("session.reading", {"count": len(files)}))
    for result in read_many(requests, workers=options.workers, beat=beat):
        if isinstance(result, Refused):
            refused.append(result)
        else:
            tables += result
    if not tables and refused:
        raise (
            refused[0]
            if len(refused) == 1
            else Refused(Message("session.several", {"all": [r.message for r in refused]}))
        )
    missing = tuple(name for each in found for name in each.missing)
    at = paths[0] if paths[0].is_file() else answers.folder
    return _placed(at, tables, options, catalogue, answers, missing, refused)


def _answers(paths: Sequence[Path], catalogue: Catalogue) -> Answers:
    """The answers of the one folder that has some; of the first folder, all empty, where none has."""
    folders = [path for path in paths if path.is_dir()]
    answered = [folder for folder in folders if (folder / FILE_NAME).is_file()]
    if len(answered) > 1:
        raise Refused(Message("session.answers_several", {"folders": [str(folder) for folder in answered]}))
    folder = next(iter(answered or folders), paths[0].parent)
    return read_answers(folder, catalogue) if answered else Answers(folder)


def _said(answers: Answers, file: Path) -> str | None:
    answer = answers.of(file)
    return answer.encoding or None if answer is not None else None


def _placed(
    path: Path,
    tables: Sequence[Table],
    options: Options,
    catalogue: Catalogue,
    answers: Answers,
    missing: tuple[str, ...],
    refused: list[Refused],
) -> Intake:
    sources: list[SourceCrs | None] = []
    for table in tables:
        answer = answers.of(table.path, table.name)
        given = answer.source_crs if answer is not None and not answer.proposed else ""
        sources.append(source_crs(table, options.source_crs.of(table.path), given))
    wanted = options.crs or answers.crs
    spatial = [source for table, source in zip(tables, sources, strict=True) if table.geometry is not None]
    target = project_grid(wanted) if wanted else common_grid(spatial)
    deliveries = []
    for table, source in zip(tables, sources, strict=True):
        try:
            deliveries.append(_delivery(table, source, target, options, catalogue, answers))
        except Refused as cause:
            refused.append(cause)
    if not deliveries and refused:
        raise refused[0]
    notes = (
        *(note for delivery in deliveries for note in delivery.notes),
        *set_aside(deliveries, answers).values(),
    )
    return Intake(path, tuple(deliveries), target, answers, missing, tuple(refused), notes)


def _delivery(
    table: Table,
    source: SourceCrs | None,
    target: CRS | None,
    options: Options,
    catalogue: Catalogue,
    answers: Answers,
) -> Delivery:
    answer = answers.of(table.path, table.name)
    kind, basis = kind_of(table, options, answer, catalogue)
    used, misfits = fitting(table, kind)
    placed = place(used, source, target)
    columns = mapped(used, kind)
    scheme = scheme_of(used, columns, kind, options, answer, catalogue)
    flat = kind is not None and kind.geometry == "polygon" and target is not None
    areas_m2 = planar_area_m2(placed.geometry, target) if flat and placed.geometry is not None else None
    units = area_units(columns, kind, areas_m2)
    notes = [*table.problems, *placed.notes, *noted(columns, table.path.name, kind)]
    notes += [
        Message("session.excluded", {"file": table.path.name, "count": e.count, "reason": e.reason})
        for e in misfits
    ]
    return Delivery(
        used, kind, basis, columns, placed, scheme, (*table.excluded, *misfits), answer, units, tuple(notes)
    )


def project_of(intake: Intake, options: Options) -> Project:
    """The project that the deliveries make, in memory.

    Raises
    ------
    Refused
        No reference system is known in which an area could be measured; two deliveries of one feature type
        cover the same ground.
    """
    spatial = [d for d in intake.deliveries if d.geometry is not None and len(d)]
    if intake.crs is None and spatial:
        raise Refused(_crs_needed(spatial[0]))
    project = Project(crs=intake.crs)
    project.apply(import_step(project, intake, options))
    return project


def import_step(project: Project, intake: Intake, options: Options) -> Changeset:
    """The changeset that brings the deliveries into ``project``."""
    layers = list(layers_of(project, intake))
    answers = intake.answers
    return import_layers(
        project,
        layers,
        name=answers.name or intake.path.stem,
        as_of=options.as_of or answers.as_of or _data_date(intake),
        period=answers.period,
        facts=answers.facts,
        proposals=_proposals(layers, answers),
        missing_files=_missing(intake),
        network=answers.network,
    )


def _missing(intake: Intake) -> tuple[str, ...]:
    return tuple(
        name
        for name in intake.missing
        if judged(intake.answers.of(intake.answers.folder / name), intake.answers)
    )


def layers_of(project: Project, intake: Intake) -> Iterator[Layer]:
    """The layers that deliveries become, with fids that the project has not given yet."""
    groups: dict[str, list[Delivery]] = defaultdict(list)
    aside = set_aside(intake.deliveries, intake.answers)
    for position, delivery in enumerate(intake.deliveries):
        if position not in aside:
            groups[layer_id(delivery)].append(delivery)
    first_fid = project.next_fid
    for name, deliveries in groups.items():
        if len(deliveries) > 1:
            refuse_same_ground(deliveries)
        layer = _layer(name, deliveries, intake.crs, first_fid)
        first_fid += len(layer)
        yield layer


def _layer(name: str, deliveries: Sequence[Delivery], crs: CRS | None, first_fid: int) -> Layer:
    kind = deliveries[0].kind or _unknown_kind(deliveries[0])
    count = sum(len(delivery) for delivery in deliveries)
    fields = dict.fromkeys(field for delivery in deliveries for field in delivery.columns.values)
    columns = {
        field: _stacked([d.columns.values.get(field) for d in deliveries], deliveries) for field in fields
    }
    columns[SOURCE_ID] = np.concatenate([delivery.table.source_ids for delivery in deliveries])
    shapes = [d.geometry for d in deliveries if d.geometry is not None]
    geometry = np.concatenate(shapes) if len(shapes) == len(deliveries) and kind.geometry != "none" else None
    schemes = {delivery.scheme.id for delivery in deliveries}
    return Layer(
        name,
        kind,
        Columns(np.arange(first_fid, first_fid + count), columns, geometry, crs),
        completeness_of(deliveries),
        schemes.pop() if len(schemes) == 1 else None,
        tuple(source_of(delivery) for delivery in deliveries),
    )


def _stacked(parts: Sequence[NDArray[Any] | None], deliveries: Sequence[Delivery]) -> NDArray[Any]:
    filled = [
        np.full(len(delivery), None, dtype=object) if part is None else part
        for part, delivery in zip(parts, deliveries, strict=True)
    ]
    kinds = {part.dtype.kind for part in filled}
    return np.concatenate(filled if len(kinds) == 1 else [part.astype(object) for part in filled])


def _unknown_kind(delivery: Delivery) -> FeatureType:
    name = delivery.table.name
    geometry = "none" if delivery.geometry is None else "any"
    return FeatureType(
        UNRECOGNISED, {"zh": name, "en": name}, geometry, "working", False, False, "", (), UNRECOGNISED, ()
    )


def source_of(delivery: Delivery) -> Source:
    """The delivery as the layer remembers it."""
    table, placed, answer = delivery.table, delivery.placed, delivery.answer
    main = dict(table.files).get(table.path, table.files[0][1])
    return Source(
        path=table.path.name,
        sha256=main,
        layer_name=table.name,
        encoding=table.encoding,
        encoding_basis=table.encoding_basis,
        crs="" if placed.source is None else placed.source.text,
        crs_basis="" if placed.source is None else placed.source.basis,
        operation=placed.operation,
        scheme=delivery.scheme.id or "",
        scheme_basis=delivery.scheme.basis,
        source="" if answer is None else answer.source,
        source_date=None if answer is None else answer.source_date,
        period="" if answer is None else answer.period,
        declared_count=table.declared_count,
        used_count=len(table),
        unreadable=tuple(delivery.columns.unreadable.items()),
        cgcs2000=placed.cgcs2000,
    )


def _proposals(layers: Sequence[Layer], answers: Answers) -> tuple[Proposal, ...]:
    """Those of the answers, and those that only the blocks name."""
    known = {proposal.id: proposal for proposal in answers.proposals}
    for layer in layers:
        if layer.feature_type.id == "proposal_block" and layer.has("proposal"):
            for name in layer.rows(None, ["proposal"])["proposal"]:
                if name is not None and name not in known:
                    known[name] = Proposal(name, name)
    return tuple(known.values())


def _data_date(intake: Intake) -> date | None:
    """The newest date that a source states for its data; never today's."""
    stated = [
        d.answer.source_date
        for d in intake.deliveries
        if d.answer is not None and d.answer.source_date is not None
    ]
    return max(stated, default=None)


def _crs_needed(delivery: Delivery) -> Message:
    bounds = bounds_of(delivery.geometry) if delivery.geometry is not None else None
    return Message(
        "session.crs_needed",
        {"file": delivery.table.path.name, "proposals": proposals(bounds) if bounds is not None else []},
    )
