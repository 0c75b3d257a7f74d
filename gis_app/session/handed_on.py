"""How a project's layers are drawn, told to QGIS in the project file itself."""

from __future__ import annotations

from gis_app.catalogue import Catalogue
from gis_app.catalogue.qml import GEOMETRY_TYPES, qml
from gis_app.catalogue.spelled_out import spelled_out
from gis_app.project_file import ProjectFile
from gis_app.project_file.layer_styles import LayerStyle
from gis_app.session.styles import TABLE, with_entered_styles


def hand_on_styles(stored: ProjectFile, catalogue: Catalogue, language: str = "zh") -> None:
    """Write the styles of all layers that can be drawn, the project's own before those of the catalogue.

    Nothing is written where they stand there already.
    """
    catalogue, _ = with_entered_styles(catalogue, stored.entries(TABLE))
    found = {}
    for layer, feature_type, scheme in stored.layer_types():
        known = catalogue.feature_types.get(feature_type)
        if known is None or known.geometry not in GEOMETRY_TYPES or known.style not in catalogue.styles:
            continue
        codes = catalogue.code_lists.get(scheme or "")
        style = spelled_out(catalogue.styles[known.style], known.class_field, codes)
        found[layer] = LayerStyle(known.title[language], qml(style, known.geometry, language))
    stored.put_styles(found)
