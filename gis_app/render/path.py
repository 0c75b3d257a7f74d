"""Coordinates to a QPainterPath in one call, through Qt's own stream form of a path."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, Qt
from PySide6.QtGui import QPainterPath

_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


def path(points_px: NDArray[np.float64], starts: NDArray[np.int64]) -> QPainterPath:
    """Polylines as one path that fills by winding.

    Parameters
    ----------
    points_px
        (n, 2), finite.
    starts
        Where each polyline begins, ascending, the first at 0; none is empty.
    """
    if not len(points_px):
        return QPainterPath()
    elements = np.empty(len(points_px), dtype=_ELEMENT)
    elements["type"] = _LINE
    elements["type"][starts] = _MOVE
    elements["x"], elements["y"] = points_px[:, 0], points_px[:, 1]
    head = struct.pack(">i", len(elements))
    tail = struct.pack(">ii", int(starts[-1]), Qt.FillRule.WindingFill.value)
    held = QByteArray(head + elements.tobytes() + tail)  # the stream reads it and does not own it
    stream = QDataStream(held, QIODevice.OpenModeFlag.ReadOnly)
    result = QPainterPath()
    stream >> result
    return result
