"""How a project's layers are drawn, told to QGIS in the project file itself."""

from __future__ import annotations

from gis_app.catalogue import Catalogue
from gis_app.catalogue.qml import GEOMETRY_TYPES, qml
from gis_app.catalogue.spelled_out import spelled_out
from gis_app.model.duplicate import TABLE, is_duplicate, layer_id
from gis_app.project_file import ProjectFile
from gis_app.project_file.layer_styles import LayerStyle
from gis_app.session.styles import with_entered_styles


def hand_on_styles(stored: ProjectFile, catalogue: Catalogue, language: str = "zh") -> None:
    """Write the styles of all layers that can be drawn, the project's own before those of the catalogue.

    A duplicate is one more style of its layer that QGIS offers by its name. Nothing is written where they
    stand there already.
    """
    types, entered = stored.layer_types(), stored.entries(TABLE)
    catalogue, _ = with_entered_styles(catalogue, entered, {layer: kind for layer, kind, _ in types})
    found = {}
    for layer, feature_type, scheme in types:
        known = catalogue.feature_types.get(feature_type)
        if known is None or known.geometry not in GEOMETRY_TYPES or known.style not in catalogue.styles:
            continue
        codes = catalogue.code_lists.get(scheme or "")
        names = {layer: known.title[language]}
        names |= {id: str(one["name"]) for id, one in entered.items() if layer_id(id) == layer != id}
        for id, name in names.items():
            style = catalogue.styles[id if is_duplicate(id) else known.style]
            plain = spelled_out(style, known.class_field, codes)
            found[id] = LayerStyle(name, qml(plain, known.geometry, language))
    stored.put_styles(found)
