"""Typed coordinates are read in every zone form, in either order, and never silently."""

from __future__ import annotations

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.language import Refused, say
from gis_app.session.coordinates import Place, read_place

CRS = pyproj.CRS(4546)
PARK = (511_260.0, 3_078_904.0)
X, Y = 514_027.551, 3_079_186.204
LON, LAT = pyproj.Transformer.from_crs(4546, 4490, always_xy=True).transform(X, Y)


def first(text: str, crs: pyproj.CRS = CRS, near: tuple[float, float] | None = PARK) -> Place:
    return read_place(text, crs, near)[0]


def dms(value: float) -> tuple[int, int, float]:
    minutes, seconds = divmod(value * 3600.0, 60.0)
    degrees, minutes = divmod(minutes, 60.0)
    return int(degrees), int(minutes), seconds


LON_DMS, LAT_DMS = dms(LON), dms(LAT)


@pytest.mark.parametrize(
    ("text", "epsg", "order"),
    [
        (f"{Y} {X}", 4546, "grid_north_first"),
        (f"{X}, {Y}", 4546, "grid_east_first"),
        (f"X={Y} Y={X}", 4546, "grid_north_first"),
        (f"X：{Y}，Y：{X}", 4546, "grid_north_first"),
        (f"x={X}; y={Y}", 4546, "grid_east_first"),
        (f"纵坐标 {Y}m 横坐标 {X}m", 4546, "grid_north_first"),
        (f"37{X}, {Y}", 4525, "grid_east_first"),
        (f"{Y}  37{X}", 4525, "grid_north_first"),
        (f"19{X} {Y}", 4497, "grid_east_first"),
        (f"J1,1,{Y},37{X}", 4525, "grid_north_first"),
        (f"{X} {Y} 56.3", 4546, "grid_east_first"),
        ("3,079,186.204 514,027.551", 4546, "grid_north_first"),
        ("３０７９１８６.204　514027.551", 4546, "grid_north_first"),
        (f"{LON:.9f},{LAT:.9f}", 4490, "lonlat_east_first"),
        (f"{LAT:.9f} {LON:.9f}", 4490, "lonlat_north_first"),
        (f"E{LON:.9f} N{LAT:.9f}", 4490, "lonlat_east_first"),
        (f"{LAT:.9f}°N, {LON:.9f}°E", 4490, "lonlat_north_first"),
        (f"经度{LON:.9f} 纬度{LAT:.9f}", 4490, "lonlat_east_first"),
        ("北纬{}°{}′{:.6f}″ 东经{}°{}′{:.6f}″".format(*LAT_DMS, *LON_DMS), 4490, "lonlat_north_first"),
        ("{}度{}分{:.6f}秒，{}度{}分{:.6f}秒".format(*LON_DMS, *LAT_DMS), 4490, "lonlat_east_first"),
        ("{}-{}-{:.6f} {}-{}-{:.6f}".format(*LON_DMS, *LAT_DMS), 4490, "lonlat_east_first"),
        ("{} {} {:.6f} {} {} {:.6f}".format(*LAT_DMS, *LON_DMS), 4490, "lonlat_north_first"),
        ("{}:{}:{:.6f}E {}:{}:{:.6f}N".format(*LON_DMS, *LAT_DMS), 4490, "lonlat_east_first"),
        (f"{LAT_DMS[0]}°{LAT % 1 * 60:.8f}' {LON_DMS[0]}°{LON % 1 * 60:.8f}'", 4490, "lonlat_north_first"),
    ],
)  # fmt: skip
def test_every_form_is_the_same_place_and_tells_how_it_was_read(text: str, epsg: int, order: str) -> None:
    place = first(text)
    assert (place.x, place.y) == pytest.approx((X, Y), abs=0.002)
    assert place.epsg == epsg and place.order.id == f"session.place_{order}"
    assert not place.both_orders and place.away_m == pytest.approx(2782, abs=1)
    for language in ("zh", "en"):
        assert say(place.basis, language) and say(place.order, language)


@pytest.mark.parametrize("code", [4525, 4497, 4546, 4504, 4547])
def test_the_place_is_in_the_projects_own_system_whatever_that_is(code: int) -> None:
    crs = pyproj.CRS(code)
    x, y = pyproj.Transformer.from_crs(4546, code, always_xy=True).transform(X, Y)
    for text in (f"{Y} {X}", f"37{X} {Y}", f"{LON:.9f} {LAT:.9f}"):
        near = (x + 100.0, y)
        place = first(text, crs, near)
        if code != 4547 or not text.startswith(f"{Y}"):
            assert (place.x, place.y) == pytest.approx((x, y), abs=0.002)


def test_without_a_zone_number_the_meridian_that_lies_at_the_park_is_taken() -> None:
    [only] = read_place(f"{Y} {X}", CRS, PARK)
    assert only.epsg == 4546 and "111" in say(only.basis, "zh")
    far = read_place(f"{Y} {X}", CRS, None)
    assert len(far) == 4 and len({place.epsg for place in far}) == 4, "nothing says which one"


def test_another_zone_is_shown_far_away_and_not_pulled_to_the_park() -> None:
    place = first(f"38{X} {Y}")
    assert place.epsg == 4526 and place.away_m is not None and place.away_m > 290_000


def test_where_both_orders_are_possible_both_are_given_and_said() -> None:
    crs, near = pyproj.CRS(4546), (500_000.0, 600_000.0)
    places = read_place("500000 600000", crs, near)
    assert {place.order.id[-11:] for place in places} == {"_east_first", "north_first"}
    assert all(place.both_orders for place in places)
    assert (places[0].x, places[0].y) == (500_000.0, 600_000.0)


@pytest.mark.parametrize(
    "text",
    ["GCJ-02 112.1,27.8", "bd09: 112.1 27.8", "高德坐标 112.1,27.8", "百度 112.1,27.8", "火星坐标112.1 27.8"],
)
def test_shifted_systems_are_refused_by_name(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_place(text, CRS, PARK)
    assert refused.value.message.id == "session.place_shifted"
    assert "GCJ-02" in say(refused.value.message, "zh") and "BD-09" in say(refused.value.message, "en")


def test_degrees_say_that_web_maps_are_shifted() -> None:
    assert "GCJ-02" in say(first(f"{LON} {LAT}").basis, "zh")


@pytest.mark.parametrize(
    "text", ["", "abc", "514027", "1 2 3", "112°71′3″ 27°1′2″", "112.1W 27.8S", "1 2", "0 0"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_place(text, CRS, PARK)
    assert refused.value.message.id in ("session.place_no_pair", "session.place_nowhere")
    assert say(refused.value.message, "zh") and say(refused.value.message, "en")


def test_without_a_system_there_is_no_place() -> None:
    with pytest.raises(Refused) as refused:
        read_place(f"{X} {Y}", None)
    assert refused.value.message.id == "session.place_no_system"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert read_place(text, CRS, PARK)
    except Refused as refused:
        assert say(refused.message, "zh")


@given(st.floats(110.2, 111.9), st.floats(20.0, 50.0))
def test_what_is_written_in_degrees_is_read_to_a_millimetre(lon: float, lat: float) -> None:
    x, y = pyproj.Transformer.from_crs(4490, 4546, always_xy=True).transform(lon, lat)
    place = first(f"{lon:.9f},{lat:.9f}", near=None)
    assert (place.x, place.y) == pytest.approx((x, y), abs=0.001)
