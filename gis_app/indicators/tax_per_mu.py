"""Tax for each mu of land (亩均税收) of the enterprises that hold a plot."""

from __future__ import annotations

import re

import numpy as np

from gis_app.geometry.area import to_mu
from gis_app.indicators.column import missing_layer, numbers, registered_m2, texts
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import GEOMETRY, Layer, Project

ID = "tax_per_mu"
READS = {
    "enterprise": ("parcel_no", "tax_wan_*"),
    "supply_parcel": ("parcel_no", "registered_area_m2", GEOMETRY),
}
BASIS = Message("indicators.tax_per_mu_basis")
TAX_OF_YEAR = re.compile(r"tax_wan_(\d{4})")


def figure(project: Project, findings: Findings) -> Figure:
    """Give tax in 万元 for each mu of registered land, in the last full year before the as-of date.

    Enterprises without a plot of their own, such as tenants, are in neither sum; a plot counts once.
    """
    firms, ledger = project.of_type("enterprise"), project.of_type("supply_parcel")
    if firms is None:
        return Figure(ID, why=missing_layer(Message("indicators.enterprises")), basis=BASIS)
    if ledger is None:
        return Figure(ID, why=missing_layer(Message("indicators.supply_ledger")), basis=BASIS)
    year = _last_year(firms, project)
    if year is None:
        return Figure(ID, why=Message("indicators.no_tax_year"), basis=BASIS, layer=firms.id)
    areas = dict(zip(texts(ledger, "parcel_no"), registered_m2(ledger, project), strict=True))
    areas.pop("", None)
    plots, tax = texts(firms, "parcel_no"), numbers(firms, f"tax_wan_{year}")
    counted = np.array([plot in areas for plot in plots], dtype=bool) & ~np.isnan(tax)
    # in the order of delivery: the last digit of a sum depends on it, and no two processes order a set alike
    once = dict.fromkeys(plot for plot, is_counted in zip(plots, counted, strict=True) if is_counted)
    land_mu = sum(float(to_mu(areas[plot])) for plot in once)
    if not land_mu:
        return Figure(ID, why=Message("indicators.no_plot_of_firms"), basis=BASIS, layer=firms.id)
    return Figure(
        ID,
        (Amount(float(tax[counted].sum()) / land_mu, "wan_per_mu"),),
        remark=Message("indicators.tax_year", {"year": year, "count": int(counted.sum())}),
        basis=BASIS,
        layer=firms.id,
        fids=tuple(int(fid) for fid in firms.fids[counted]),
    )


def _last_year(firms: Layer, project: Project) -> int | None:
    """The last year over by the as-of date for which any tax is entered."""
    years = [int(found[1]) for column in firms.table.columns if (found := TAX_OF_YEAR.fullmatch(str(column)))]
    over = [year for year in years if project.as_of is None or year < project.as_of.year]
    return max((year for year in over if not np.isnan(numbers(firms, f"tax_wan_{year}")).all()), default=None)
