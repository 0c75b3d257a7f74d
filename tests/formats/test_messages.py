"""Every id that is put together at run time has its sentence in both languages."""

import pytest

from gis_app.formats.not_yet import _LATER
from gis_app.formats.reader import _HOLDS
from gis_app.formats.source import content_kind
from gis_app.language import LANGUAGES, Message, say

KINDS = ["shapefile", "sqlite", "json", "vrt", "xml", "zip", "pdf", "text", "binary", "empty"]
FAULTS = ("time", "memory", "crashed", "refused")
BASES = ("stated", "cpg", "language_byte")
MADE = [
    *(f"later_{kind}" for kind in sorted(set(_LATER.values()))),
    *(f"kind_{kind}" for kind in KINDS),
    *(f"{who}_{kind}" for who in ("reader", "writer") for kind in ("time", "memory", "crashed", "refused")),
    *(
        f"encoding_{basis}_{how}"
        for basis in ("stated", "cpg", "language_byte")
        for how in ("unknown", "fails")
    ),
    "encoding_language_byte_doubted",
    *(f"dbf_{note}" for note in ("undecodable", "text_cut", "no_date", "no_number", "inexact")),
    *(
        f"json_{note}"
        for note in ("winding", "position_long", "nested_collection", "foreign_member", "bbox", "id")
    ),
    *(f"json_{note}" for note in ("no_properties", "mixed", "no_number")),
]
VALUES = dict.fromkeys(("file", "detail", "claim", "count", "field"), 1)


@pytest.mark.parametrize("id", MADE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_sentence(id, language):
    assert "{" not in say(Message(f"formats.{id}", VALUES), language)


def test_the_kinds_are_all_that_there_are():
    heads = [
        b"",
        b"\0\0\x27\x0a",
        b"SQLite format 3\0",
        b"{",
        b"<OGRVRTDataSource>",
        b"<a>",
        b"PK\3\4",
        b"%PDF",
    ]
    assert {content_kind(head) for head in [*heads, b"text", b"\1\0"]} == set(KINDS)
    assert {kind for kinds in _HOLDS.values() for kind in kinds} <= set(KINDS)
