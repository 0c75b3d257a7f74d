"""Arrays come out of the box as they went in, and nothing that could run goes in."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.worker import box


def _objects(values):
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_text_comes_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("box") / "a.npz"
    box.save(path, {"列x": _objects(values)})
    assert box.load(path)["列x"].tolist() == values


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | st.binary(max_size=40)))
def test_bytes_come_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("box") / "a.npz"
    box.save(path, {"wkb": _objects(values)})
    found = box.load(path)["wkb"].tolist()
    assert found == values or all(each is None for each in values)


def test_numbers_and_dates_keep_their_type(tmp_path):
    arrays = {
        "i": np.array([1, -(2**62)]),
        "f": np.array([0.1, np.nan]),
        "d": np.array(["2026-11-30", "NaT"], dtype="datetime64[D]"),
        "b": np.array([True, False]),
        "none": np.array([], dtype=np.int64),
    }
    box.save(tmp_path / "a.npz", arrays)
    found = box.load(tmp_path / "a.npz")
    for key, values in arrays.items():
        assert found[key].dtype == values.dtype
        np.testing.assert_array_equal(found[key], values)


@pytest.mark.parametrize("value", [1, object(), {"a": 1}, ["x"]])
def test_other_objects_are_refused(tmp_path, value):
    with pytest.raises(TypeError):
        box.save(tmp_path / "a.npz", {"x": _objects([value])})


class _Planted:
    def __reduce__(self):
        return (exec, ("raise SystemExit('ran')",))


def test_a_planted_pickle_does_not_run(tmp_path):
    with (tmp_path / "a.npz").open("wb") as stream:
        np.savez(stream, **{"x|plain": _objects([_Planted()])}, allow_pickle=True)
    assert pickle.dumps(_Planted())  # it is one that pickle would take
    with pytest.raises(ValueError, match="allow_pickle"):
        box.load(tmp_path / "a.npz")
