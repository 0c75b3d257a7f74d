"""Find features by number, name or pinyin: an index over all names of a project."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from gis_app.language.pinyin import has_chinese, initials, spelled
from gis_app.model import Layer, Project

NAMED_BY = (
    "parcel_no",
    "name",
    "parcel_name",
    "block_name",
    "request_no",
    "project_no",
    "pole_no",
    "pipe_no",
    "polygon_no",
    "bsm",
    "manhole_no",
    "building_no",
    "batch_name",
    "code",
    "block_no",
)
"""Fields by which a feature is named in lists, the first that it has."""
ALSO_BY = (
    "right_holder",
    "owner",
    "tenant",
    "enterprise",
    "credit_code",
    "contract_no",
    "content",
    "road_name",
)
"""Fields by which it is found besides."""
FIRST = (
    "enterprise",
    "supply_parcel",
    "reserve_parcel",
    "plan_parcel",
    "standard_factory",
    "road",
    "village",
)
"""What people look for; everything else follows."""
LAST = ("survey_polygon", "permanent_basic_farmland")
PIECE = 5_000
BREAK = "\n"


def name_of(layer: Layer, fid: int) -> str:
    """Give a feature's name for lists, else its number."""
    if not layer.table.has([fid]).all():
        return str(fid)
    for column in NAMED_BY:
        if layer.has(column):
            value = layer.rows([fid], [column])[column][0]
            if value not in (None, ""):
                return str(value)
    return str(fid)


@dataclass(frozen=True)
class Hit:
    """A feature, and the text by which it was found."""

    layer: str
    fid: int
    name: str


@dataclass
class _Texts:
    """Many texts as one long one: a search is one scan, whatever their number."""

    parts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    whole: str = BREAK

    def close(self) -> None:
        """Take in no more: from now on it is searched."""
        self.whole = BREAK + BREAK.join(self.parts) + BREAK
        lengths = (len(part) + 1 for part in self.parts)
        self.starts = list(accumulate(lengths, initial=1))[:-1]
        self.parts.clear()

    def owners_of(self, needle: str) -> Iterator[int]:
        place = self.whole.find(needle)
        while place >= 0:
            yield self.owners[bisect_right(self.starts, place + 1) - 1]
            place = self.whole.find(needle, place + 1)


class Names:
    """All names of a project as they are now.

    Parameters
    ----------
    project : Project
        Only read.
    step : Callable
        Called again and again while the names are gathered; what it raises ends the work.
    """

    def __init__(self, project: Project, step: Callable[[], None] = lambda: None) -> None:
        self.hits: list[Hit] = []
        self._written, self._initials, self._spelled = _Texts(), _Texts(), _Texts()
        for layer in sorted(project.layers.values(), key=_importance):
            self._gather(layer, step)
        for texts in (self._written, self._initials, self._spelled):
            texts.close()

    def __len__(self) -> int:
        return len(self.hits)

    def _gather(self, layer: Layer, step: Callable[[], None]) -> None:
        fids = layer.fids.tolist()
        columns = [name for name in NAMED_BY if layer.has(name)][:2]
        for column in (*columns, *(name for name in ALSO_BY if layer.has(name))):
            values = layer.rows(None, [column])[column].tolist()
            for place, value in enumerate(values):
                if place % PIECE == 0:
                    step()
                if value is not None and value == value and value != "":
                    self._take(Hit(layer.id, fids[place], str(value)))

    def _take(self, hit: Hit) -> None:
        owner, text = len(self.hits), hit.name.casefold().replace(BREAK, " ")
        self.hits.append(hit)
        self._written.parts.append(text)
        self._written.owners.append(owner)
        if has_chinese(text):
            for texts, ways in ((self._initials, initials(text)), (self._spelled, spelled(text))):
                texts.parts += ways
                texts.owners += [owner] * len(ways)

    def find(self, text: str, most: int = 12) -> list[Hit]:
        """Give features, each once: whole names first, then those that begin so, then those that hold it.

        Parameters
        ----------
        text
            A number, a part of a name, first letters or full pinyin.
        """
        wanted = " ".join(text.casefold().split())
        typed = wanted.replace(" ", "")
        if not wanted:
            return []
        found: dict[tuple[str, int], Hit] = {}
        for owner in self._owners(wanted, typed):
            hit = self.hits[owner]
            found.setdefault((hit.layer, hit.fid), hit)
            if len(found) >= most:
                break
        return list(found.values())

    def _owners(self, wanted: str, typed: str) -> Iterator[int]:
        by_sound = (self._initials, self._spelled) if typed.isascii() else ()
        for before, after in ((BREAK, BREAK), (BREAK, ""), ("", "")):
            yield from self._written.owners_of(before + wanted + after)
            for texts in by_sound:
                yield from texts.owners_of(before + typed + after)


def _importance(layer: Layer) -> int:
    kind = layer.feature_type.id
    if kind in FIRST:
        return FIRST.index(kind)
    return len(FIRST) + (kind in LAST)
