"""The symbols of a QML file as rules; what is not understood is named and left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from gis_app.catalogue.qml_symbol import MARKERS
from gis_app.catalogue.style import SHAPES, Hatch, Line, Marker, StyleRule
from gis_app.language import LANGUAGES, Message

MM = {"MM": 1.0, "Point": 25.4 / 72.0, "Points": 25.4 / 72.0, "Pixel": 25.4 / 96.0, "Inch": 25.4, "": 1.0}
"""Millimetres in one of each unit of QGIS; ground units have none."""
PEN_DASHES = {"dash": (4.0, 2.0), "dot": (1.0, 2.0), "dash dot": (4.0, 2.0, 1.0, 2.0)}
"""Qt's pen styles, in widths of the line."""
BRUSH_HATCHES = {"horizontal": 0.0, "vertical": 90.0, "b_diagonal": 45.0, "f_diagonal": 135.0}
SHAPE_OF = (
    {name: shape for shape, name in MARKERS.items()}
    | {shape: shape for shape in SHAPES}
    | {
        "cross2": "cross",
        "filled_arrowhead": "arrow",
        "arrowhead": "arrow",
        "rectangle": "square",
        "equilateral_triangle": "triangle",
    }
)


class SymbolReading:
    """The symbols of one renderer; ``left`` is what was not understood, each thing once."""

    def __init__(self, renderer: Element) -> None:
        self.left: list[Message] = []
        self.symbols = {symbol.get("name", ""): symbol for symbol in renderer.findall("symbols/symbol")}

    def leave(self, what: str, **values: object) -> None:
        """Name something that is left out."""
        told = Message(f"catalogue.qml_{what}", values)
        if told not in self.left:
            self.left.append(told)

    def drawn(self, name: str, title: str) -> Iterator[StyleRule]:
        """Give a symbol as a rule, where any of it is understood."""
        symbol = self.symbols.get(name)
        if symbol is None:
            return
        strength = number_of(symbol.get("alpha"), 1.0)
        made = StyleRule(dict.fromkeys(LANGUAGES, title or name), strength=round(strength, 3))
        self.overridden(symbol)
        for layer in symbol.findall("layer"):
            if layer.get("enabled", "1") == "1":
                made = self._with_layer(made, layer, symbol.get("type", ""))
        if any((made.fill, made.hatch, made.outline, made.casing, made.marker)):
            yield made

    def overridden(self, owner: Element) -> None:
        """Name what follows data instead of the symbol."""
        for option in owner.findall("data_defined_properties/Option/Option[@name='properties']/Option"):
            self.leave("data_defined", property=option.get("name", ""))
        effect = owner.find("effect")
        if effect is not None and effect.get("enabled") == "1":
            self.leave("effect")

    def _with_layer(self, made: StyleRule, layer: Element, kind: str) -> StyleRule:
        self.overridden(layer)
        options = options_of(layer)
        name = layer.get("class", "")
        if name == "SimpleFill":
            return self._with_fill(made, options)
        if name in ("SimpleLine", "OutlineSimpleLine"):
            line = self._line(options, "line_color", "line_width", "line_style")
            return made if line is None else self._with_line(made, line, options, kind)
        if name == "LinePatternFill" and made.hatch is None:
            return self._with_hatch(made, layer, options)
        if name == "PointPatternFill" and made.hatch is None:
            return self._with_dots(made, layer, options)
        if name == "SimpleMarker" and made.marker is None:
            return self._with_marker(made, options)
        self.leave("symbol_layer", kind=name)
        return made

    def _with_fill(self, made: StyleRule, options: Mapping[str, str]) -> StyleRule:
        brush = options.get("style", "solid")
        colour, opacity = colour_of(options.get("color", ""))
        if brush == "solid" and not made.fill:
            made = replace(made, fill=colour, opacity=opacity)
        elif brush in BRUSH_HATCHES and made.hatch is None:
            made = replace(made, hatch=Hatch(BRUSH_HATCHES[brush], 2.0, colour, 0.26))
        elif brush != "no":
            self.leave("brush", kind=brush)
        outline = self._line(options, "outline_color", "outline_width", "outline_style")
        return made if outline is None else self._with_line(made, outline, {}, "fill")

    def _with_line(self, made: StyleRule, line: Line, options: Mapping[str, str], kind: str) -> StyleRule:
        """Take a line as the outline; one that lay there before, and is wider, is the casing."""
        if made.outline is not None and made.casing is not None:
            self.leave("more_lines")
            return made
        offset = -self.length(options, "offset", 0.0) if kind == "line" else 0.0
        made = replace(made, offset_mm=offset or made.offset_mm)
        if made.outline is None:
            return replace(made, outline=line)
        return replace(made, casing=made.outline, outline=line)

    def _line(self, options: Mapping[str, str], colour: str, width: str, style: str) -> Line | None:
        pen = options.get(style, "solid")
        if pen == "no":
            return None
        width_mm = self.length(options, width, 0.26)
        tone, opacity = colour_of(options.get(colour, ""))
        if opacity < 1.0:
            self.leave("line_opacity")
        if options.get("use_custom_dash") == "1":
            unit = MM.get(options.get("customdash_unit", ""), 1.0)
            parts = tuple(number_of(part, 0.0) * unit for part in options.get("customdash", "").split(";"))
            return Line(tone, width_mm, tuple(part for part in parts if part > 0))
        if pen not in ("solid", *PEN_DASHES):
            self.leave("pen", kind=pen)
        dash = tuple(round(part * max(width_mm, 0.1), 4) for part in PEN_DASHES.get(pen, ()))
        return Line(tone, width_mm, dash)

    def _with_hatch(self, made: StyleRule, layer: Element, options: Mapping[str, str]) -> StyleRule:
        spacing = self.length(options, "distance", 5.0)
        angle = number_of(options.get("angle") or options.get("lineangle"), 0.0)
        inner = layer.find("symbol/layer[@class='SimpleLine']")
        line = None
        if inner is not None:
            line = self._line(options_of(inner), "line_color", "line_width", "line_style")
        if line is None:
            line = Line(colour_of(options.get("color", ""))[0], self.length(options, "line_width", 0.26))
        if spacing < 0.1:
            self.leave("brush", kind="LinePatternFill")
            return made
        return replace(made, hatch=Hatch(angle, spacing, line.colour, line.width_mm, line.dash))

    def _with_dots(self, made: StyleRule, layer: Element, options: Mapping[str, str]) -> StyleRule:
        """Take staggered round points as dots; other patterns of points are named."""
        inner = layer.find("symbol/layer[@class='SimpleMarker']")
        step, spacing = self.length(options, "distance_x", 0.0), self.length(options, "distance_y", 0.0)
        dot = options_of(inner) if inner is not None else {}
        if dot.get("name") != "circle" or step <= 0.0 or spacing < 0.1:
            self.leave("symbol_layer", kind="PointPatternFill")
            return made
        size = self.length(dot, "size", 0.2)
        dash = (size, round(max(step - size, 0.05), 4))
        return replace(made, hatch=Hatch(0.0, spacing, colour_of(dot.get("color", ""))[0], size, dash))

    def _with_marker(self, made: StyleRule, options: Mapping[str, str]) -> StyleRule:
        name = options.get("name", "circle")
        if name not in SHAPE_OF:
            self.leave("marker", kind=name)
        colour, opacity = colour_of(options.get("color", ""))
        if opacity < 1.0:
            made = replace(made, strength=round(made.strength * opacity, 3))
        turn = (360.0 - number_of(options.get("angle"), 0.0)) % 360.0
        marker = Marker(SHAPE_OF.get(name, "circle"), self.length(options, "size", 2.0), colour, turn)
        return replace(made, marker=marker)

    def length(self, options: Mapping[str, str], name: str, usual: float) -> float:
        """Give a length in millimetres; one in metres of ground is named and taken as usual."""
        unit = options.get(f"{name}_unit", "MM")
        if unit not in MM:
            self.leave("unit", unit=unit)
            return usual
        value = number_of(options.get(name), usual) * MM[unit]
        return value if unit == "MM" else round(value, 4)


def options_of(layer: Element) -> dict[str, str]:
    """Give the properties of a symbol layer, in the form of 3.22 and in the older one."""
    old = {prop.get("k", ""): prop.get("v", "") for prop in layer.findall("prop")}
    table = layer.find("Option[@type='Map']")
    new = (
        {}
        if table is None
        else {one.get("name", ""): one.get("value", "") for one in table.findall("Option")}
    )
    return old | new


def colour_of(text: str) -> tuple[str, float]:
    """Give ``#rrggbb`` and the opacity of ``r,g,b,a``; black where it is none."""
    parts = text.split(",")[:4]  # later versions repeat the colour behind these
    try:
        red, green, blue, *alpha = (min(max(int(float(part)), 0), 255) for part in parts)
    except ValueError:
        return "#000000", 1.0
    return f"#{red:02x}{green:02x}{blue:02x}", round(alpha[0] / 255.0, 2) if alpha else 1.0


def number_of(text: str | None, usual: float) -> float:
    """Give a number; the usual one where there is none."""
    try:
        value = float(text) if text is not None else usual
    except ValueError:
        return usual
    return value if value == value else usual
