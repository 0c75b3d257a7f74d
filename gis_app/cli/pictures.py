"""What ``run-sample`` leaves in a folder.

The results as data, a report a period, and the map picture in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shapely.geometry import shape

from gis_app.catalogue import Catalogue
from gis_app.documents.report import report
from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.session.outcome import facts_of
from gis_app.session.sample import Judged

if TYPE_CHECKING:
    from gis_app.render.map_picture import Evidence

MARKED = ("fail", "cannot_tell")


def write_out(out: Path, judged: Mapping[str, Judged], catalogue: Catalogue, language: str) -> Iterator[Path]:
    """Write findings, verdicts, map picture and report of each period into ``out``.

    Yield each file as it is there.

    Raises
    ------
    Refused
        A file cannot be written, or the map cannot be drawn (no Chinese font).
    """
    from gis_app.render.map_picture import map_picture  # Qt only where a picture is drawn
    from gis_app.sheets import SHEETS

    try:
        out.mkdir(parents=True, exist_ok=True)
        for period, result in judged.items():
            yield _data(out / f"findings-{period}.json", result.check)
            yield _data(out / f"review-{period}.json", result.review)
            project = result.opened.project
            picture = map_picture(
                project, catalogue, _evidence(result.review, language), out / f"map-{period}.png", language
            )
            yield picture
            page = out / f"report-{period}.html"
            page.write_text(
                _page(result, project, catalogue, picture.read_bytes(), language), encoding="utf-8"
            )
            yield page
        period, result = list(judged.items())[-1]
        for name in ("pdf", "png"):
            sheet = out / f"sheet-{period}.{name}"
            proposal = next(iter(result.opened.project.proposals))
            yield from SHEETS["control_lines"](
                result.opened.project, catalogue, proposal, result.review, sheet, language
            )
    except OSError as error:
        raise Refused(
            Message("cli.not_written", {"path": str(out), "cause": error.strerror or str(error)})
        ) from error


def _data(path: Path, result: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")
    return path


def _page(result: Judged, project: Project, catalogue: Catalogue, picture: bytes, language: str) -> str:
    titles = {layer.id: dict(layer.feature_type.title) for layer in project.layers.values()}
    whole = {**result.review, "findings": result.check["findings"], "counts": result.check["counts"]}
    return report(whole, language, facts=facts_of(project, catalogue), titles=titles, picture=picture)


def _evidence(review: Mapping[str, Any], language: str) -> list[Evidence]:
    """The deciding findings of every proposal, worst first, each ground once."""
    from gis_app.render.map_picture import Evidence

    found: dict[str, Evidence] = {}
    for proposal in review["proposals"]:
        deciding = {finding["rule"] for finding in proposal["deciding"]}
        for finding in proposal["findings"]:
            if finding["rule"] in deciding and finding["state"] in MARKED and finding["evidence"] is not None:
                key = json.dumps(finding["evidence"])
                title = f"{proposal['name']} {finding['rule']} {finding['title'][language]}"
                found.setdefault(
                    key, Evidence(shape(finding["evidence"]), title, finding["message"][language])
                )
    return list(found.values())
