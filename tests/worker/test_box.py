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
    path = tmp_path_factory.mktemp("box") / "a.box"
    box.save(path, {"列x": _objects(values)})
    assert box.load(path)["列x"].tolist() == values


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | st.binary(max_size=40)))
def test_bytes_come_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("box") / "a.box"
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
    box.save(tmp_path / "a.box", arrays)
    found = box.load(tmp_path / "a.box")
    for key, values in arrays.items():
        assert found[key].dtype == values.dtype
        np.testing.assert_array_equal(found[key], values)


@pytest.mark.parametrize("value", [1, object(), {"a": 1}, ["x"]])
def test_other_objects_are_refused(tmp_path, value):
    with pytest.raises(TypeError):
        box.save(tmp_path / "a.box", {"x": _objects([value])})


class _Planted:
    def __reduce__(self):
        return (exec, ("raise SystemExit('ran')",))


def test_a_planted_pickle_does_not_run(tmp_path):
    with (tmp_path / "a.box").open("wb") as stream:
        np.savez(stream, **{"x|plain": _objects([_Planted()])}, allow_pickle=True)
    assert pickle.dumps(_Planted())  # it is one that pickle would take
    with pytest.raises(ValueError):
        box.load(tmp_path / "a.box")


@pytest.mark.parametrize("dtype", ["|O", "|V8", "<U4", "|S4"])
def test_types_that_are_no_numbers_are_not_read(tmp_path, dtype):
    box.save(tmp_path / "a.box", {"x": np.arange(4)})
    content = (tmp_path / "a.box").read_bytes()
    assert content.count(b'"<i8"') == 1
    # the head keeps its length
    (tmp_path / "a.box").write_bytes(content.replace(b'"<i8"', f'"{dtype}"'.encode().ljust(5)))
    with pytest.raises(ValueError, match="not read"):
        box.load(tmp_path / "a.box")


def test_arrays_of_another_type_are_not_sent(tmp_path):
    with pytest.raises(TypeError, match="x"):
        box.save(tmp_path / "a.box", {"x": np.array(["text"])})


def test_what_comes_back_may_be_written_to_and_keeps_its_shape(tmp_path):
    box.save(tmp_path / "a.box", {"x": np.arange(6.0).reshape(3, 2), "y": np.zeros((0, 2))})
    found = box.load(tmp_path / "a.box")
    assert found["x"].shape == (3, 2) and found["y"].shape == (0, 2)
    found["x"][0, 0] = 7.0
    assert found["x"][0].tolist() == [7.0, 1.0]
