"""What the open park is made of: project, layers, facts, periods and changesets.

No files, no rules, no Qt.
"""

from gis_app.model.changeset import OWN_TABLES, Changeset, Record, Row
from gis_app.model.columns import GEOMETRY, Columns
from gis_app.model.completeness import Completeness
from gis_app.model.fact import PARK, Fact
from gis_app.model.history import History, Step
from gis_app.model.layer import NUMBER_FORMS, Layer, Source, empty_layer, feature_frame
from gis_app.model.project import Project, Proposal
from gis_app.model.view import View

__all__ = [
    "GEOMETRY",
    "NUMBER_FORMS",
    "OWN_TABLES",
    "PARK",
    "Changeset",
    "Columns",
    "Completeness",
    "Fact",
    "History",
    "Layer",
    "Project",
    "Proposal",
    "Record",
    "Row",
    "Source",
    "Step",
    "View",
    "empty_layer",
    "feature_frame",
]
