"""The four states' shapes and colours: one table for canvas, sheet, window and documents; no Qt.

A state is always told by word, shape and colour together; the shapes are geometry and not font glyphs, so
that they print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Points = tuple[tuple[float, float], ...]

SIZE = 16.0
"""Edge of the square in which a mark's coordinates are, y downwards."""
RING_DASH = (2.4, 2.0)
STROKE = 1.9


@dataclass(frozen=True)
class StateMark:
    """One state's mark.

    Attributes
    ----------
    colour, ground
        Foreground, and the tint behind a chip or cell (``#RRGGBB``).
    radius
        Of a disc (or dashed ring, if not ``filled``) around the middle; None for a polygon.
    outline
        The polygon, if there is no disc.
    strokes
        Polylines within the mark, white on a filled mark.
    """

    colour: str
    ground: str
    filled: bool
    radius: float | None
    outline: Points
    strokes: tuple[Points, ...]


STATE_MARKS: Mapping[str, StateMark] = {
    "pass": StateMark("#136B45", "#E4F4EB", True, 7.0, (), (((4.6, 8.3), (6.9, 10.7), (11.5, 5.7)),)),
    "fail": StateMark(
        "#B3261E",
        "#FDE9E7",
        True,
        None,
        ((5, 1), (11, 1), (15, 5), (15, 11), (11, 15), (5, 15), (1, 11), (1, 5)),
        (((5.2, 5.2), (10.8, 10.8)), ((10.8, 5.2), (5.2, 10.8))),
    ),
    "cannot_tell": StateMark(
        "#825200",
        "#FCF0D6",
        True,
        None,
        ((8, 0.8), (15.6, 14.6), (0.4, 14.6)),
        (
            (
                (6.1, 7.3),
                (6.4, 6.2),
                (7.3, 5.6),
                (8.4, 5.6),
                (9.5, 6.2),
                (9.9, 7.2),
                (9.5, 8.2),
                (8.3, 9.1),
                (8.0, 10.0),
            ),
            ((8.0, 12.3), (8.0, 12.5)),
        ),
    ),
    "not_applicable": StateMark("#596273", "#EDEFF2", False, 6.2, (), (((5, 8), (11, 8)),)),
}
WORD_STATES: Mapping[str, str] = {"meets": "pass", "fails": "fail", "cannot_tell": "cannot_tell"}
"""Which mark stands beside the word of a verdict."""
