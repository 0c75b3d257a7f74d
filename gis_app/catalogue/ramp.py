"""A colour ramp: colours from low to high, or colours for kinds that have no order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gis_app.catalogue.record import COLOUR, Record, named_like_file
from gis_app.catalogue.source import Source


@dataclass(frozen=True)
class Ramp:
    """The colours of one ``styles/ramps/<id>.toml`` (``#rrggbb``); those of ``kinds`` are not mixed."""

    id: str
    title: Mapping[str, str]
    colours: tuple[str, ...]
    kinds: bool = False
    path: Path = field(default=Path(), compare=False)

    def take(self, count: int) -> list[str]:
        """Give so many colours: evenly along the ramp, or one after the other where they are kinds."""
        if self.kinds:
            return [self.colours[place % len(self.colours)] for place in range(count)]
        last = len(self.colours) - 1
        places = [last / 2.0] if count == 1 else [step * last / (count - 1) for step in range(count)]
        return [self._at(place) for place in places]

    def _at(self, place: float) -> str:
        low = min(int(place), len(self.colours) - 2)
        pairs = zip(_parts(self.colours[low]), _parts(self.colours[low + 1]), strict=True)
        mixed = (round(one + (other - one) * (place - low)) for one, other in pairs)
        return "#" + "".join(f"{part:02x}" for part in mixed)


def ramp(source: Source) -> Ramp:
    """Read a ramp.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    head = record.table("ramp", required=True)
    assert head is not None  # required
    named_like_file(head, id := head.text("id"))
    title, colours, kinds = (
        head.words("title"),
        head.texts("colours", required=True),
        head.flag("kinds", False),
    )
    wrong = next((colour for colour in colours if not COLOUR.fullmatch(colour)), None)
    if wrong is not None:
        head.refuse("colours", "not_colour", value=wrong)
    if len(colours) < 2:
        head.refuse("colours", "too_few_colours")
    head.finish()
    record.finish()
    return Ramp(id, title, tuple(colour.lower() for colour in colours), kinds, source.path)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
