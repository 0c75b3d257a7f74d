"""What is found to fit without the library, the library finds to fit too."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.session import answers
from gis_app.session import settings as own_settings
from gis_app.session.fits import fits

SOUND = {
    "schema": "parkplan/park/1",
    "park": {"name": "园", "crs": 4546, "period": "2026-11"},
    "facts": {"approved_area_ha": {"value": 1.5, "document": "号"}},
    "proposal": [{"id": "A", "name": "方案一", "facts": {}, "proposed": False}],
    "file": [{"path": "a.shp", "sha256": "0" * 64, "complete_within": [1, 2, 3, 4], "source_crs": "4546"}],
}
VALUES = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 2.5, "", "x", "0" * 64, [], [1], {}, {"value": 1}, -1, 300]
)
KEYS = ("schema", "park", "facts", "proposal", "file", "path", "id", "crs", "sha256", "value", "workers")


def places(value: Any) -> list[tuple[Any, Any]]:
    """All (container, key) in a nested value."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    found = [(value, key) for key, _ in inner]
    for _, each in inner:
        if isinstance(each, (dict, list)):
            found += places(each)
    return found


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_what_fits_here_fits_there(data: st.DataObject) -> None:
    changed = copy.deepcopy(SOUND)
    for _ in range(data.draw(st.integers(0, 2))):
        container, key = data.draw(st.sampled_from(places(changed)))
        if isinstance(container, dict) and data.draw(st.booleans()):
            container[data.draw(st.sampled_from(KEYS))] = data.draw(VALUES)
        else:
            container[key] = copy.deepcopy(data.draw(VALUES))
    for schema in (answers.SCHEMA, own_settings.SCHEMA):
        if fits(changed, schema):
            jsonschema.Draft202012Validator(schema).validate(changed)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional={
    "schema": st.just("parkplan/settings/1") | VALUES, "language": st.sampled_from(["zh", "en"]) | VALUES,
    "theme": st.sampled_from(["light", None]) | VALUES, "office_folder": VALUES, "recent": VALUES,
    "workers": VALUES, "more": VALUES,
}))  # fmt: skip
def test_settings_that_fit_here_fit_there(given_settings: dict[str, Any]) -> None:
    if fits(given_settings, own_settings.SCHEMA):
        jsonschema.Draft202012Validator(own_settings.SCHEMA).validate(given_settings)


def test_what_is_sound_is_found_to_fit() -> None:
    assert fits(SOUND, answers.SCHEMA)
    assert fits({"schema": "parkplan/settings/1", "recent": ["/a"], "workers": 2}, own_settings.SCHEMA)


@pytest.mark.parametrize("schema", [{"oneOf": [{}, {}]}, {"not": {}}, {"type": "object", "minProperties": 1}])
def test_what_is_not_understood_is_left_to_the_library(schema: dict[str, Any]) -> None:
    assert not fits({"a": 1}, schema)
