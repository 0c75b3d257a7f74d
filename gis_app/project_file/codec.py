"""Values, records and messages as canonical JSON and back; nothing in it can run."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from gis_app.language import Message, Refused, Words
from gis_app.model import Completeness, Fact, Proposal, Source
from gis_app.project_file.digest import column_texts

if TYPE_CHECKING:
    from gis_app.catalogue import Catalogue
    from gis_app.catalogue.feature_type import FeatureType

_COMPRESS_FROM = 4096  # bytes
_QUICK_FROM = 1_000_000  # bytes
_PLAIN = frozenset({str, int, bool, type(None)})
_OBJECTS: dict[str, type[Any]] = {
    "Completeness": Completeness,
    "Fact": Fact,
    "Proposal": Proposal,
    "Source": Source,
    "Words": Words,
}


class Codec:
    """Encodes what the model is made of; a feature type is written as its id and looked up to decode."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._types: dict[str, FeatureType] = {} if catalogue is None else dict(catalogue.feature_types)

    def learn(self, feature_type: FeatureType) -> None:
        """Take in the feature type of a layer that arrives; a new file has no catalogue to ask."""
        self._types.setdefault(feature_type.id, feature_type)

    def feature_type(self, id: str) -> FeatureType:
        """The feature type of an id; ``Refused`` where the catalogue has none."""
        known = self._types.get(id)
        if known is None:
            raise Refused(Message("project_file.unknown_feature_type", {"feature_type": id}))
        return known

    def encode(self, value: object) -> Any:
        """``value`` as something JSON can hold; TypeError for what the file has no form for."""
        kind = type(value)
        if kind is str or kind is int or kind is bool or value is None:
            return value
        if kind is dict:
            return self._encode_mapping(cast("dict[Any, object]", value))
        if isinstance(value, float):
            return value if np.isfinite(value) else {"$float": repr(value)}
        if isinstance(value, int | str) and not isinstance(value, np.generic):
            return value
        if isinstance(value, np.generic):
            return self.encode(value.item())
        if isinstance(value, Mapping):
            return self._encode_mapping(value)
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, tuple):
            return {"$tuple": [self.encode(item) for item in value]}
        return self._encode_object(value)

    def rows_text(self, rows: Sequence[Any], names: Sequence[str]) -> list[str]:
        """``dump`` of ``encode`` of each of very many rows that have the same columns, a column at a time."""
        if any(type(name) is not str or name[:1] == "$" for name in names):
            return [dump(self.encode(row)) for row in rows]
        columns = [column_texts(self._encode_column(list(map(itemgetter(name), rows)))) for name in names]
        form = ",".join(f"{dump(name).replace('{', '{{').replace('}', '}}')}:{{}}" for name in names)
        return list(map(f"{{{{{form}}}}}".format, *columns))

    def _encode_column(self, values: list[Any]) -> list[Any]:
        kinds = set(map(type, values))
        if kinds <= _PLAIN:
            return values
        if (
            kinds <= {*_PLAIN, float}
            and np.isfinite([value for value in values if type(value) is float]).all()
        ):
            return values
        return [self.encode(value) for value in values]

    def decode(self, value: Any) -> Any:
        """What ``encode`` was given; ValueError for anything it does not write."""
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        tag = next(iter(value), "")
        if len(value) == 1 and tag.startswith("$"):
            return self._decode_object(tag, value[tag])
        return {key: self.decode(item) for key, item in value.items()}

    def _encode_mapping(self, value: Mapping[Any, object]) -> Any:
        encoded: dict[str, Any] = {}
        for key, item in value.items():  # rows, by the hundred thousand: one look at each value
            if type(key) is not str or key[:1] == "$":
                return self._encode_odd_mapping(value)
            kind = type(item)
            is_plain = kind in _PLAIN or (kind is float and item - item == 0.0)  # type: ignore[operator]
            encoded[key] = item if is_plain else self.encode(item)
        return encoded

    def _encode_odd_mapping(self, value: Mapping[Any, object]) -> Any:
        if any(str(key).startswith("$") for key in value):
            return {"$dict": [[str(key), self.encode(item)] for key, item in value.items()]}
        return {str(key): self.encode(item) for key, item in value.items()}

    def _encode_object(self, value: object) -> Any:
        if isinstance(value, BaseGeometry):
            return {"$wkb": _text(shapely.to_wkb(value, flavor="iso", byte_order=1))}
        if isinstance(value, datetime):
            return {"$datetime": value.isoformat()}
        if isinstance(value, date):
            return {"$date": value.isoformat()}
        if isinstance(value, CRS):
            return {"$crs": crs_text(value)}
        if isinstance(value, Message):
            return {"$message": [value.id, self.encode(dict(value.values))]}
        if isinstance(value, PurePath):
            return str(value)
        if isinstance(value, bytes):
            return {"$bytes": _text(value)}
        name = type(value).__name__
        if _OBJECTS.get(name) is type(value):
            return {"$" + name: self.encode(dict(vars(value)))}
        if hasattr(value, "id") and name == "FeatureType":
            return {"$feature_type": value.id}
        raise TypeError(f"the project file has no form for {type(value).__name__}")

    def _decode_object(self, tag: str, body: Any) -> Any:
        simple = _SIMPLE.get(tag)
        if simple is not None:
            return simple(body)
        if tag == "$tuple":
            return tuple(self.decode(item) for item in body)
        if tag == "$dict":
            return {key: self.decode(item) for key, item in body}
        if tag == "$message":
            return Message(body[0], self.decode(body[1]))
        if tag == "$feature_type":
            return self.feature_type(body)
        if tag[1:] in _OBJECTS:
            return _OBJECTS[tag[1:]](**self.decode(body))
        raise ValueError(f"unknown form {tag!r}")


def dump(value: Any) -> str:
    """Canonical JSON: ASCII, no spaces, keys in their order; the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


class Written(str):
    """A value that is canonical JSON already."""


def pack(value: Any) -> bytes:
    """Canonical JSON as bytes, compressed when it is long."""
    raw = (value if isinstance(value, Written) else dump(value)).encode()
    if len(raw) <= _COMPRESS_FROM:
        return raw
    # very many records are much alike: to look longer for what recurs gains a twentieth
    return zlib.compress(raw, 6 if len(raw) <= _QUICK_FROM else 1)


def unpack(body: bytes) -> Any:
    """What ``pack`` was given; ValueError where the bytes are damaged."""
    try:
        return json.loads(body if body[:1] in b'{["' else zlib.decompress(body))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def crs_text(crs: CRS) -> str:
    """``EPSG:n`` where that says exactly this system, WKT 2 otherwise."""
    authority = crs.to_authority(min_confidence=100)
    if authority is not None and CRS.from_authority(*authority) == crs:
        return ":".join(authority)
    return crs.to_wkt()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$wkb": lambda text: shapely.from_wkb(base64.b64decode(text)),
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$crs": CRS.from_user_input,
    "$bytes": base64.b64decode,
}
