"""Land-use codes as the checks read them.

Known or not, name, national class of 2023, production/living/ecological class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gis_app.catalogue import Catalogue, CodeList
from gis_app.catalogue.scheme import plain
from gis_app.language import Message, Words
from gis_app.rules.finding import Missing, Observation
from gis_app.rules.rows import Rows

NATIONAL = "landuse_2023"
"""The scheme to which every other is mapped: 用地用海分类指南 (自然资发〔2023〕234号)."""


@dataclass(frozen=True)
class LandUse:
    """One scheme's codes, beside the national classes that they stand for."""

    codes: CodeList
    national_codes: CodeList

    @property
    def scheme(self) -> str:
        """Id of the scheme."""
        return self.codes.id

    def known(self, code: str) -> bool:
        """Whether the scheme has the code.

        Or its parent (a child of a known class inherits and is flagged).
        """
        return self.codes.find(code).code is not None

    def name(self, code: str) -> str | None:
        """The scheme's name of the code; None where it is not listed itself."""
        match = self.codes.find(code)
        return match.code.name if match.state == "known" and match.code is not None else None

    def agrees(self, code: str, name: str) -> bool | None:
        """Whether a delivered name is the code's, or that of a class above or below it.

        None for an unlisted code.
        """
        match = self.codes.find(code)
        if match.state != "known" or match.code is None:
            return None
        family = [row for row in self.codes.codes.values() if row.parent == match.code.code]
        family += list(self.codes.chain(match.code.code))
        return plain(name) in {plain(word) for row in family for word in (row.name, *row.other_names)}

    def national(self, code: str) -> str | None:
        """The one class of 2023 that the code stands for; None where the mapping names none or several."""
        targets = self.codes.convert(code, self.national_codes)
        return targets[0].code if len(targets) == 1 else None

    def sansheng(self, code: str) -> str | None:
        """P production, L living, E ecological, N none of them; None where the code is unknown."""
        found = self.codes.sansheng(code)
        return None if found is None else found.kind

    def is_construction(self, code: str) -> bool | None:
        """Whether the class is planned construction land (07–16 of 2023); None where it cannot be told."""
        national = self.national(code)
        row = None if national is None else self.national_codes.find(national).code
        return None if row is None else row.values.get("plan_construction") == "Y"

    def first_level(self, code: str) -> str | None:
        """The uppermost national class; None where it cannot be told."""
        national = self.national(code)
        row = None if national is None else self.national_codes.first_level(national)
        return None if row is None else row.code

    def within(self, code: str, classes: Iterable[str]) -> bool | None:
        """Whether the code's national class is one of ``classes`` or below one.

        None where it cannot be told.
        """
        national = self.national(code)
        if national is None:
            return None
        return any(self.national_codes.within(national, wanted) for wanted in classes)


def land_use_of(catalogue: Catalogue, rows: Rows) -> LandUse | Observation:
    """The layer's scheme, or an observation.

    That cannot tell because nobody said in which scheme its codes are.
    """
    if rows.scheme is not None:
        return LandUse(catalogue.code_lists[rows.scheme], catalogue.code_lists[NATIONAL])
    text = Message("rules.missing_scheme", {"layer": Words(**rows.feature_type.title)})
    missing = Missing("value", f"{rows.feature_type.id}.scheme", text)
    return Observation("cannot_tell", text, rows.layer, missing=(missing,))


def classes_unknown(rows: Rows, positions: Iterable[int]) -> Observation:
    """An observation that cannot tell because the codes of some rows stand for no class of 2023."""
    fids = tuple(int(rows.fids[position]) for position in positions)
    text = Message("rules.use_unknown", {"count": len(fids)})
    missing = Missing("value", f"{rows.feature_type.id}.{rows.feature_type.class_field}", text)
    return Observation("cannot_tell", text, rows.layer, fids, missing=(missing,))


def code_at(rows: Rows, column: str, position: int) -> str:
    """The code of one row as text, empty where none is entered."""
    value = rows.columns[column][position]
    return "" if value is None else str(value).strip()
