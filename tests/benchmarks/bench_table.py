"""How long the attribute table takes: first rows, a filter, an order, beside a fixed calibration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from types import SimpleNamespace

import numpy as np

from gis_app.catalogue import load, program_place
from gis_app.language import pinyin
from gis_app.model import Layer
from gis_app.model.layer import feature_frame
from gis_app.session.find import Names
from gis_app.session.rows import Filter, Rows
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import Figure, within

FIRST_ROWS_S, FILTER_S, FIND_S = 0.200, 0.300, 2.0


def parcels(count: int, with_shapes: bool = True) -> Layer:
    """A layer of supply parcels as they are delivered: twelve columns of texts, dates and figures."""
    kind = load([program_place()]).feature_types["supply_parcel"]
    random = np.random.default_rng(11)
    shapes = geometry(count)[:count] if with_shapes else None
    days = np.array([date(2016 + year, 1 + year, 3) for year in range(10)], dtype=object)
    holders = np.array([f"澜溪{name}制造有限公司" for name in "恒云禾河金石宏盛华泰"], dtype=object)
    columns = {
        "parcel_no": [f"GD-{2016 + number % 10}-{number:06d}" for number in range(count)],
        "right_holder": holders[random.integers(0, 10, count)],
        "credit_code": [f"9143{number:014d}" for number in range(count)],
        "class_code": np.array(["1001", "100101", "0601", "1101"], dtype=object)[
            random.integers(0, 4, count)
        ],
        "supply_mode": np.array(["出让", "划拨", None], dtype=object)[random.integers(0, 3, count)],
        "contract_no": [f"湘合〔{2016 + number % 10}〕{number}号" for number in range(count)],
        "agreed_start_date": days[random.integers(0, 10, count)],
        "contract_area_m2": random.uniform(2e3, 9e4, count),
        "registered_area_m2": random.uniform(2e3, 9e4, count),
        "price_wan": random.uniform(10, 9000, count),
        "invested_wan": np.where(random.random(count) < 0.2, np.nan, random.uniform(0, 9e4, count)),
        "far_min": random.uniform(0.6, 1.2, count),
    }
    return Layer("supply_parcel", kind, feature_frame(np.arange(1, count + 1), columns, shapes, None))


def figures() -> Iterator[Figure]:
    """Measure the table on 1 000 000 and 100 000 made parcels, and the search over their names."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    million = parcels(1_000_000)
    yield within("attribute table, first rows of 1 000 000", first_rows(million), FIRST_ROWS_S)
    rows = Rows(parcels(100_000))
    everything = np.arange(len(rows))
    for name, text in (("a text", "恒"), ("a text with case", "gd-2019"), ("a number", "1234")):
        found = len(rows.filtered(Filter(text)))
        work = partial(rows.filtered, Filter(text))
        yield within(f"attribute table, filter 100 000 rows by {name} ({found} found)", work, FILTER_S)
    name = "attribute table, 100 000 rows in order of a text, numbers in it by value"
    yield within(name, lambda: rows.ordered(everything, "parcel_no", descending=True), FILTER_S)
    yield within("attribute table, sums of 100 000 rows", lambda: rows.summary(everything, "price_wan"), 0.1)
    quarter = SimpleNamespace(layers={"supply_parcel": parcels(25_000, with_shapes=False)})

    def first_find() -> None:
        for each in (pinyin.initials, pinyin.spelled):
            each.cache_clear()
        names = Names(quarter)  # type: ignore[arg-type]
        if len(names) < 100_000 or not names.find("gd-2019-000003"):
            raise SystemExit("the names are not found")

    yield within("find a plot by its number among 100 000 names, none gathered yet", first_find, FIND_S)


def first_rows(layer: Layer) -> Callable[[], None]:
    """Give what makes a table of a layer and paints its first rows."""
    from PySide6.QtWidgets import QApplication

    from gis_app.ui.attributes import AttributeModel, AttributeView
    from gis_app.ui.look import Look

    application = QApplication.instance() or QApplication([])
    look = Look("zh", "light")

    def show() -> None:
        model = AttributeModel(look)
        view = AttributeView(model)
        view.resize(1400, 320)
        model.show_layer(layer)
        view.show()
        view.grab()
        view.deleteLater()
        application.processEvents()

    return show
