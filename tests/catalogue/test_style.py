"""A style's file: read strictly, written so that it reads the same."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.catalogue import load
from gis_app.catalogue.filter import parse
from gis_app.catalogue.ramp import ramp
from gis_app.catalogue.source import Source
from gis_app.catalogue.style import METHODS, SHAPES, Hatch, Label, Line, Marker, Style, StyleRule, style
from gis_app.catalogue.style_writing import style_toml
from gis_app.language import Message, Refused

PLAIN = """[style]
id = "road"
{head}
[[rule]]
title = {{ zh = "路", en = "road" }}
outline = {{ colour = "#a0a0a0", width_mm = 0.6 }}
{rule}
"""


def read(head: str = "", rule: str = "") -> Style:
    return style(Source(Path("road.toml"), PLAIN.format(head=head, rule=rule), ""))


def test_what_may_be_left_out() -> None:
    made = read()
    assert (made.kind, made.opacity, made.filter, made.order_by) == ("rules", 1.0, None, "")
    rule = made.rules[0]
    assert (rule.offset_mm, rule.strength, rule.range, rule.otherwise) == (0.0, 1.0, None, False)


def test_everything_there_is() -> None:
    made = read(
        'kind = "graduated"\nfield = "width_m"\nmethod = "natural"\nramp = "heat"\nopacity = 0.5\n'
        'filter = "width_m > 3"\norder_by = "-width_m"',
        "range = [-inf, 12]\noffset_mm = -0.8\nmin_denominator = 1000\nmax_denominator = 5e4\n"
        "strength = 0.7\n"
        'label = { field = "name", size_mm = 2.2, along = true, priority = 7, bold = true }',
    )
    assert made.filter == parse("width_m > 3") and made.rules[0].range == (-math.inf, 12.0)
    assert made.rules[0].label == Label("name", 2.2, "#000000", "", 0.0, True, 7, True)
    assert style(Source(Path("road.toml"), style_toml(made), "")) == made


@pytest.mark.parametrize(
    ("head", "rule", "key", "reason"),
    [
        ('kind = "fancy"', "", "style.kind", "not_allowed"),
        ('kind = "categorised"', "", "style.kind", "kind_needs_field"),
        ('filter = "a ="', "", "style.filter", "not_a_filter"),
        ('filter = "eval(1)"', "", "style.filter", "not_a_filter"),
        ("opacity = 2", "", "style.opacity", "out_of_range"),
        ("", "range = [1, 2]", "rule.range", "range_needs_field"),
        ('field = "w"', "range = [2, 1]", "rule.range", "range_backwards"),
        ('field = "w"', "range = [1, 2, 3]", "rule.range", "wrong_type"),
        ('field = "w"', "range = [nan, 2]", "rule.range", "wrong_type"),
        ("", 'otherwise = true\nfilter = "a = 1"', "rule.otherwise", "otherwise_alone"),
        ("", "min_denominator = 500\nmax_denominator = 500", "rule.max_denominator", "empty_scale_range"),
        ("", "offset_mm = 99", "rule.offset_mm", "out_of_range"),
        (
            "",
            'marker = { shape = "blob", size_mm = 1, colour = "#000000" }',
            "rule.marker.shape",
            "not_allowed",
        ),
        (
            'kind = "single"',
            '[[rule]]\ntitle = { zh = "二", en = "two" }\nfill = "#000000"',
            "rule",
            "single_rule",
        ),
    ],
)
def test_what_is_wrong_is_refused(head: str, rule: str, key: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        read(head, rule)
    values = caught.value.message.values
    assert values["key"] == key
    assert isinstance(values["reason"], Message) and values["reason"].id == f"catalogue.{reason}"
    assert str(caught.value)


def test_every_style_of_the_program_is_written_as_it_is() -> None:
    for made in load().styles.values():
        assert style(Source(Path(f"{made.id}.toml"), style_toml(made), "")) == made


def test_a_style_may_ask_only_for_fields_that_are_there(tmp_path: Path) -> None:
    import shutil

    from gis_app.catalogue import program_place

    for name in ("layers", "styles"):
        shutil.copytree(program_place() / name, tmp_path / name)
    path = tmp_path / "styles" / "road.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('id = "road"', 'id = "road"\nfilter = "wdith > 3"', 1), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load([tmp_path])
    assert caught.value.message.values["key"] == "style.filter"


COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
SIZES = st.integers(2, 400).map(lambda value: value / 20.0)
DASHES = st.lists(SIZES, max_size=4).map(tuple)
LINES = st.none() | st.builds(Line, COLOURS, SIZES, DASHES)
RULES = st.builds(
    StyleRule,
    title=st.text("甲乙ab\"'\\n ", min_size=1, max_size=5)
    .filter(str.strip)
    .map(lambda t: {"zh": t, "en": t}),
    fill=COLOURS,
    opacity=st.integers(0, 20).map(lambda value: value / 20.0),
    hatch=st.none() | st.builds(Hatch, st.sampled_from([0.0, 45.0, -30.5]), SIZES, COLOURS, SIZES, DASHES),
    outline=LINES,
    casing=LINES,
    marker=st.none() | st.builds(Marker, st.sampled_from(SHAPES), SIZES, COLOURS, st.just(0.0)),
    filter=st.sampled_from([None, parse("a = 'x''y' and not (b is null or c in (1, 2.5, true))")]),
    strength=st.integers(0, 20).map(lambda value: value / 20.0),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=3).map(tuple), st.sampled_from(METHODS))
def test_any_style_is_written_and_read_again(rules: tuple[StyleRule, ...], method: str) -> None:
    made = Style("any", rules, method=method, order_by="-a", opacity=0.25)
    assert style(Source(Path("any.toml"), style_toml(made), "")) == made


def test_colours_along_a_ramp() -> None:
    text = '[ramp]\nid = "r"\ntitle = { zh = "甲", en = "a" }\ncolours = ["#000000", "#ff0000", "#ffffff"]\n'
    made = ramp(Source(Path("r.toml"), text, ""))
    assert made.take(5) == ["#000000", "#800000", "#ff0000", "#ff8080", "#ffffff"]
    assert made.take(1) == ["#ff0000"]
    with pytest.raises(Refused):
        ramp(Source(Path("r.toml"), text.replace('"#ff0000", ', '"red", '), ""))
