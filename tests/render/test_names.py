"""Names that are written out when somebody asks for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gis_app.render.names import Names, kept, laid_over, picked

VALUES = np.array([" 甲", None, "丙", "丁"], dtype=object)


def test_nothing_is_looked_at_before_it_is_asked_for() -> None:
    asked: list[int] = []

    def values() -> Any:
        asked.append(1)
        return VALUES

    names = Names(values, np.array([3, 0, 1, 2]))
    some = picked(kept(names, np.array([True, True, True, False])), np.array([1, 3, -1, 0]))
    assert len(some) == 4 and not asked
    assert tuple(some) == ("甲", "", "", "丁") and asked
    assert (names[-1], names[1], tuple(names[1:3])) == ("丙", "甲", ("甲", ""))


def test_numbers_are_written_as_plain_ones() -> None:
    assert tuple(Names(lambda: np.array([1.5, np.nan]), np.arange(2))) == ("1.5", "")
    assert tuple(Names(lambda: np.array([7, 8]), np.arange(2))) == ("7", "8")


def test_each_where_it_holds() -> None:
    def values() -> Any:
        return VALUES

    left, right = np.array([True, False, False, False]), np.array([False, False, True, False])
    one, other = Names(values, np.arange(4)), Names(lambda: VALUES[::-1], np.arange(4))
    assert tuple(laid_over([(one, left), (one, right)])) == ("甲", "", "丙", "")
    assert tuple(laid_over([(one, left), (other, right)])) == ("甲", "", "", "")
    assert tuple(laid_over([(("a", "b", "c", "d"), right)])) == ("", "", "c", "")
    assert laid_over([]) == ()
