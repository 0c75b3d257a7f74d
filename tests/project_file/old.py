"""Makes the project file of schema 0 that lies in tests/data/old_project; run it only to make it anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from gis_app.model import Record
from tests.project_file.park import new, parcels, step

OLD = Path(__file__).parents[1] / "data" / "old_project" / "version_0.gpkg"
LATER_TABLES = (
    "parkplan_head",
    "parkplan_draft",
    "parkplan_judged_with",
    "parkplan_outside",
    "parkplan_style",
)


def make(path: Path) -> None:
    """Schema 0 knew neither drafts nor rule sets, and did not remember the last record."""
    with new(path, parcels()) as file:
        file.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="张工", op_id="old")
    with sqlite3.connect(path) as plain:
        for table in LATER_TABLES:
            plain.execute(f"DROP TABLE {table}")
            plain.execute("DELETE FROM gpkg_extensions WHERE table_name = ?", (table,))
        plain.execute("UPDATE parkplan_schema SET version = 0, program = 'parkplan 0'")
    plain.execute("VACUUM")
    plain.close()


if __name__ == "__main__":
    make(OLD)
