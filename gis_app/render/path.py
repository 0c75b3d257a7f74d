"""Coordinates to a QPainterPath in one call, through Qt's own stream form of a path."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, Qt
from PySide6.QtGui import QPainterPath

_ELEMENT = np.dtype([("type", "<i4"), ("x", "<f8"), ("y", "<f8")])
_MOVE, _LINE = 0, 1


def elements(points_px: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.void]:
    """Polylines in the form in which Qt stores a path; slices that begin at a start are paths too.

    Parameters
    ----------
    points_px
        (n, 2), finite.
    starts
        Where each polyline begins, ascending, the first at 0; none is empty.
    """
    made = np.empty(len(points_px), dtype=_ELEMENT)
    made["type"] = _LINE
    made["type"][starts] = _MOVE
    made["x"], made["y"] = points_px[:, 0], points_px[:, 1]
    return made


def path_of(made: NDArray[np.void]) -> QPainterPath:
    """Elements as one path that fills by winding."""
    if not len(made):
        return QPainterPath()
    head = struct.pack("<i", len(made))
    tail = struct.pack("<ii", 0, Qt.FillRule.WindingFill.value)
    held = QByteArray(head + made.tobytes() + tail)  # the stream reads it and does not own it
    stream = QDataStream(held, QIODevice.OpenModeFlag.ReadOnly)
    stream.setByteOrder(QDataStream.ByteOrder.LittleEndian)
    result = QPainterPath()
    stream >> result
    return result


def path(points_px: NDArray[np.float64], starts: NDArray[np.int64]) -> QPainterPath:
    """Polylines as one path that fills by winding; parameters as for ``elements``."""
    return path_of(elements(points_px, starts))
