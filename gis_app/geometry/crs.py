"""The one door to coordinate systems: what they are, the way between them, and what numbers give away."""

from gis_app.geometry.operations import Operation, lonlat_bounds, operation, to_lonlat, transform
from gis_app.geometry.systems import (
    describe,
    epsg_of,
    grid_parameters,
    horizontal,
    is_cgcs2000,
    is_metre_grid,
    is_web_mercator,
    is_wgs84,
    name_of,
    parse_crs,
    same_crs,
)
from gis_app.geometry.zones import ZoneProposal, check_plausible, propose_zone

__all__ = [
    "Operation",
    "ZoneProposal",
    "check_plausible",
    "describe",
    "epsg_of",
    "grid_parameters",
    "horizontal",
    "is_cgcs2000",
    "is_metre_grid",
    "is_web_mercator",
    "is_wgs84",
    "lonlat_bounds",
    "name_of",
    "operation",
    "parse_crs",
    "propose_zone",
    "same_crs",
    "to_lonlat",
    "transform",
]
