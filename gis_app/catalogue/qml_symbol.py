"""Symbol layers and label settings of QGIS: a symbol's parts as the elements of a QML file."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from gis_app.catalogue.style import Hatch, Label, Line, Marker

MARKERS = {"cross": "cross_fill", "arrow": "filled_arrowhead"}
"""Shapes whose name is another in QGIS."""
HALO_MM, HALO_OPACITY = "0.35", "0.92"
PLACEMENTS = {"point": "0", "line": "4", "polygon": "4"}
CURVED = "3"
FONT = "Noto Sans CJK SC"


def symbol(kind: str, name: str, alpha: float) -> Element:
    """Give a symbol without layers."""
    return Element("symbol", type=kind, name=name, alpha=written(alpha), clip_to_extent="1", force_rhr="0")


def _layer(kind: str, options: Mapping[str, str]) -> Element:
    made = Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    _options(made, options)
    return made


def _options(parent: Element, options: Mapping[str, str]) -> None:
    table = SubElement(parent, "Option", type="Map")
    for name, value in options.items():
        SubElement(table, "Option", name=name, value=value, type="QString")


def fill(colour: str, opacity: float, outline: Line | None) -> Element:
    """Give a simple fill, with its outline or none."""
    stroke = outline or Line("#000000", 0.26)
    return _layer(
        "SimpleFill",
        {
            "color": _colour(colour, opacity),
            "style": "solid",
            "outline_color": _colour(stroke.colour),
            "outline_style": "no" if outline is None else "solid",
            "outline_width": written(stroke.width_mm),
            "outline_width_unit": "MM",
            "joinstyle": "round",
            "offset": "0,0",
            "offset_unit": "MM",
        },
    )


def line(stroke: Line, offset_mm: float) -> Element:
    """Give a simple line; an offset is counted to its left."""
    return _layer(
        "SimpleLine",
        {
            "line_color": _colour(stroke.colour),
            "line_style": "solid",
            "line_width": written(stroke.width_mm),
            "line_width_unit": "MM",
            "capstyle": "flat",
            "joinstyle": "round",
            "use_custom_dash": "1" if stroke.dash else "0",
            "customdash": ";".join(written(part) for part in stroke.dash or (5.0, 2.0)),
            "customdash_unit": "MM",
            # QGIS counts to the right
            "offset": written(-offset_mm),
            "offset_unit": "MM",
        },
    )


def is_dotted(hatch: Hatch) -> bool:
    """Whether a hatch is of dots: staggered strokes as long as wide, in horizontal rows."""
    return hatch.angle_deg == 0.0 and len(hatch.dash) == 2 and hatch.dash[0] <= hatch.width_mm


def dots(hatch: Hatch) -> Element:
    """Dots as a pattern of points: a line pattern has no room for dashes that short."""
    step = sum(hatch.dash)
    lengths = {"distance_x": step, "distance_y": hatch.spacing_mm, "displacement_x": step / 2.0}
    options = {name: written(value) for name, value in (lengths | {"displacement_y": 0.0}).items()}
    made = _layer("PointPatternFill", options | {f"{name}_unit": "MM" for name in options})
    inner = symbol("marker", "@0@0", 1.0)
    inner.append(marker_layer(Marker("circle", hatch.width_mm, hatch.colour), outlined=False))
    made.append(inner)
    return made


def hatch_lines(hatch: Hatch) -> Element:
    """Give a pattern of lines."""
    made = _layer(
        "LinePatternFill",
        {
            "angle": written(hatch.angle_deg),
            "color": _colour(hatch.colour),
            "distance": written(hatch.spacing_mm),
            "distance_unit": "MM",
            "line_width": written(hatch.width_mm),
            "line_width_unit": "MM",
            "offset": "0",
            "offset_unit": "MM",
        },
    )
    inner = symbol("line", "@0@0", 1.0)
    inner.append(line(Line(hatch.colour, hatch.width_mm, hatch.dash), 0.0))
    made.append(inner)
    return made


def marker_layer(marker: Marker, outlined: bool = True) -> Element:
    """Give a simple marker, with a white rim or none."""
    return _layer(
        "SimpleMarker",
        {
            "name": MARKERS.get(marker.shape, marker.shape),
            "color": _colour(marker.colour),
            "size": written(marker.size_mm),
            "size_unit": "MM",
            "scale_method": "diameter",
            # QGIS turns clockwise
            "angle": written((360.0 - marker.angle_deg) % 360.0),
            "outline_color": "255,255,255,255",
            "outline_style": "solid" if outlined else "no",
            "outline_width": written(round(marker.size_mm * 0.1, 3)),
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
            "offset": "0,0",
            "offset_unit": "MM",
        },
    )


def settings(label: Label, geometry: str) -> Element:
    """Give how names are written."""
    made = Element("settings", calloutType="simple")
    style = SubElement(
        made,
        "text-style",
        fieldName=label.field,
        isExpression="0",
        fontFamily=FONT,
        fontSize=written(label.size_mm),
        fontSizeUnit="MM",
        fontWeight="75" if label.bold else "50",
        textColor=_colour(label.colour),
        textOpacity="1",
    )
    SubElement(
        style,
        "text-buffer",
        bufferDraw="1" if label.halo else "0",
        bufferSize=HALO_MM,
        bufferSizeUnits="MM",
        bufferColor=_colour(label.halo or "#ffffff"),
        bufferOpacity=HALO_OPACITY,
        bufferJoinStyle="128",
        bufferNoFill="0",
    )
    SubElement(made, "text-format", plussign="0", wrapChar="", multilineAlign="3")
    SubElement(
        made,
        "placement",
        placement=CURVED if label.along and geometry == "line" else PLACEMENTS[geometry],
        # 0 to 10, from which one of equals stays
        priority=str(min(max(5 + label.priority // 10, 0), 10)),
    )
    scaled = bool(label.smallest_scale)
    SubElement(
        made,
        "rendering",
        drawLabels="1",
        obstacle="1",
        scaleVisibility="1" if scaled else "0",
        scaleMin="0",
        scaleMax=written(label.smallest_scale),
    )
    return made


def _colour(colour: str, opacity: float = 1.0) -> str:
    """Write ``#rrggbb`` as red, green, blue and alpha, each up to 255."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return ",".join(str(part) for part in [*parts, round(opacity * 255)])


def written(value: float) -> str:
    """Write a number as short as it is."""
    return f"{value + 0.0:.15g}"
