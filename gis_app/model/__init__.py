"""What the open park is made of: project, layers, facts, periods and changesets.

No files, no rules, no Qt.
"""

from gis_app.model.changeset import OWN_TABLES, Changeset, Record, Row
from gis_app.model.completeness import Completeness
from gis_app.model.fact import PARK, Fact
from gis_app.model.history import History, Step
from gis_app.model.layer import GEOMETRY, Layer, Source, feature_frame
from gis_app.model.project import Project, Proposal

__all__ = [
    "GEOMETRY",
    "OWN_TABLES",
    "PARK",
    "Changeset",
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
    "feature_frame",
]
