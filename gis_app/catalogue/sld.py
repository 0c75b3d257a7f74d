"""A style as a Styled Layer Descriptor: OGC SLD 1.1.0 (05-078r4) with Symbology Encoding 1.1.0 (05-077r4).

Lengths are pixels of 0.28 mm, the encoding's own. Where programs differ it is written as QGIS 3.22 reads it:
a hatch is a horizontal line as a mark, turned counter-clockwise, its stroke in millimetres, dashes as a paler
line; an offset is counted to the right; letters have whole pixels; a text of digits is compared as a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from gis_app.catalogue.filter import Among, Compared, Either, Every, Filter, Literal, Missing, Named, Not
from gis_app.catalogue.spelled_out import condition, rest, spelled_out
from gis_app.catalogue.style import Hatch, Label, Line, Marker, Style, StyleRule

SLD, SE, OGC, XLINK, XSI = (
    "http://www.opengis.net/sld",
    "http://www.opengis.net/se",
    "http://www.opengis.net/ogc",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/2001/XMLSchema-instance",
)
PREFIXES = {"": SLD, "se": SE, "ogc": OGC, "xlink": XLINK, "xsi": XSI}
LOCATION = f"{SLD} http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd"
PIXEL_MM = 0.28
"""The standardised pixel (05-077r4, 4.2)."""
COMPARISONS = {
    "=": "PropertyIsEqualTo",
    "<>": "PropertyIsNotEqualTo",
    "<": "PropertyIsLessThan",
    "<=": "PropertyIsLessThanOrEqualTo",
    ">": "PropertyIsGreaterThan",
    ">=": "PropertyIsGreaterThanOrEqualTo",
}
MARKS = {"diamond": "diamond", "cross": "cross_fill", "arrow": "filled_arrowhead"}
HALO_MM = 0.35
MARK = "#"


def sld(style: Style, geometry: str, language: str = "zh") -> str:
    """Write a style as an SLD document.

    Parameters
    ----------
    style
        Spelled out; what is not is taken without its code list.
    geometry
        ``point``, ``line`` or ``polygon``; what another cannot draw is left out.
    language
        Of the titles.
    """
    root = Element(
        _n(SLD, "StyledLayerDescriptor"), {"version": "1.1.0", _n(XSI, "schemaLocation"): LOCATION}
    )
    for prefix, namespace in PREFIXES.items():
        register_namespace(prefix, namespace)
    layer = SubElement(root, _n(SLD, "NamedLayer"))
    _text(layer, SE, "Name", style.id)
    user = SubElement(layer, _n(SLD, "UserStyle"))
    _text(user, SE, "Name", style.id)
    plain = spelled_out(style)
    parent = None
    for rule in plain.rules:
        # rules of one FeatureTypeStyle are drawn feature by feature: what lies over others has one of its own
        if parent is None or plain.kind == "rules":
            parent = SubElement(user, _n(SE, "FeatureTypeStyle"))
        _rule(parent, plain, rule, geometry, language)
    for empty in [one for one in user.findall(_n(SE, "FeatureTypeStyle")) if not len(one)]:
        user.remove(empty)
    indent(root, "  ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _rule(parent: Element, style: Style, rule: StyleRule, geometry: str, language: str) -> None:
    drawn = _symbolizers(rule, geometry, style.opacity)
    if rule.otherwise and rest(style) is None:
        return
    if drawn:
        _head(parent, style, rule, language, rule.max_denominator).extend(drawn)
    if rule.label is not None:
        limits = [value for value in (rule.label.smallest_scale, rule.max_denominator) if value]
        # a name is drawn at its largest denominator too
        most = min(limits, default=0.0)
        made = _head(parent, style, rule, language, most)
        made.append(_name(rule.label, geometry))


def _head(parent: Element, style: Style, rule: StyleRule, language: str, most: float) -> Element:
    made = SubElement(parent, _n(SE, "Rule"))
    title = rule.title.get(language) or next(iter(rule.title.values()), "")
    _text(made, SE, "Name", title)
    _text(SubElement(made, _n(SE, "Description")), SE, "Title", title)
    # QGIS takes an ElseFilter for no filter at all
    wanted = rest(style) if rule.otherwise else condition(style, rule)
    if style.filter is not None:
        wanted = style.filter if wanted is None else Every((style.filter, wanted))
    if wanted is not None:
        SubElement(made, _n(OGC, "Filter")).append(_filter(wanted))
    if rule.min_denominator:
        _text(made, SE, "MinScaleDenominator", _number(rule.min_denominator))
    if most:
        _text(made, SE, "MaxScaleDenominator", _number(most))
    return made


def _symbolizers(rule: StyleRule, geometry: str, opacity: float) -> list[Element]:
    """Give what a rule draws, from the bottom up."""
    strength = rule.strength * opacity
    if geometry == "point":
        return [] if rule.marker is None else [_point(rule.marker, strength)]
    offset = rule.offset_mm if geometry == "line" else 0.0
    made = [_stroked(rule.casing, offset, strength)] if rule.casing is not None else []
    if geometry == "polygon" and rule.fill:
        made.append(_filled(rule.fill, rule.opacity * strength))
    if geometry == "polygon" and rule.hatch is not None:
        made.append(_hatched(rule.hatch, strength))
    if rule.outline is not None:
        made.append(_stroked(rule.outline, offset, strength))
    return made


def _filled(colour: str, opacity: float) -> Element:
    made = Element(_n(SE, "PolygonSymbolizer"))
    _parameters(SubElement(made, _n(SE, "Fill")), {"fill": colour} | _opacity("fill-opacity", opacity))
    return made


def _hatched(hatch: Hatch, opacity: float) -> Element:
    made = Element(_n(SE, "PolygonSymbolizer"))
    fill = SubElement(SubElement(made, _n(SE, "Fill")), _n(SE, "GraphicFill"))
    graphic = SubElement(fill, _n(SE, "Graphic"))
    mark = SubElement(graphic, _n(SE, "Mark"))
    _text(mark, SE, "WellKnownName", "horline")
    tone = sum(hatch.dash[::2]) / sum(hatch.dash) if hatch.dash else 1.0
    mark.append(_stroke(Line(hatch.colour, hatch.width_mm * PIXEL_MM), opacity * tone))
    _text(graphic, SE, "Size", _pixels(hatch.spacing_mm))
    if hatch.angle_deg:
        _literal(SubElement(graphic, _n(SE, "Rotation")), hatch.angle_deg)
    return made


def _stroked(line: Line, offset_mm: float, opacity: float) -> Element:
    made = Element(_n(SE, "LineSymbolizer"))
    made.append(_stroke(line, opacity))
    if offset_mm:
        _text(made, SE, "PerpendicularOffset", _pixels(-offset_mm))
    return made


def _stroke(line: Line, opacity: float) -> Element:
    made = Element(_n(SE, "Stroke"))
    values = {"stroke": line.colour} | _opacity("stroke-opacity", opacity)
    values |= {
        "stroke-width": _pixels(line.width_mm),
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    if line.dash:
        values["stroke-dasharray"] = " ".join(_pixels(part) for part in line.dash)
    _parameters(made, values)
    return made


def _point(marker: Marker, opacity: float) -> Element:
    made = Element(_n(SE, "PointSymbolizer"))
    graphic = SubElement(made, _n(SE, "Graphic"))
    mark = SubElement(graphic, _n(SE, "Mark"))
    _text(mark, SE, "WellKnownName", MARKS.get(marker.shape, marker.shape))
    _parameters(SubElement(mark, _n(SE, "Fill")), {"fill": marker.colour})
    mark.append(_stroke(Line("#ffffff", marker.size_mm * 0.1), 1.0))
    if opacity < 1.0:
        _text(graphic, SE, "Opacity", _number(opacity))
    _text(graphic, SE, "Size", _pixels(marker.size_mm))
    if marker.angle_deg:
        # clockwise (05-077r4, 11.3.2)
        _literal(SubElement(graphic, _n(SE, "Rotation")), (360.0 - marker.angle_deg) % 360.0)
    return made


def _name(label: Label, geometry: str) -> Element:
    made = Element(_n(SE, "TextSymbolizer"))
    _text(SubElement(made, _n(SE, "Label")), OGC, "PropertyName", label.field)
    font = {"font-family": "Noto Sans CJK SC", "font-size": str(max(round(label.size_mm / PIXEL_MM), 1))}
    _parameters(SubElement(made, _n(SE, "Font")), font | ({"font-weight": "bold"} if label.bold else {}))
    placement = SubElement(made, _n(SE, "LabelPlacement"))
    if label.along and geometry == "line":
        _text(SubElement(placement, _n(SE, "LinePlacement")), SE, "GeneralizeLine", "true")
    else:
        point = SubElement(placement, _n(SE, "PointPlacement"))
        anchor = SubElement(point, _n(SE, "AnchorPoint"))
        for name in ("AnchorPointX", "AnchorPointY"):
            _literal(SubElement(anchor, _n(SE, name)), 0.5)
    if label.halo:
        halo = SubElement(made, _n(SE, "Halo"))
        _text(halo, SE, "Radius", _pixels(HALO_MM))
        _parameters(SubElement(halo, _n(SE, "Fill")), {"fill": label.halo})
    _parameters(SubElement(made, _n(SE, "Fill")), {"fill": label.colour})
    return made


# --- conditions (OGC Filter Encoding 1.1.0, 04-095)


def _filter(wanted: Filter) -> Element:
    match wanted:
        case Compared(field, sign, value):
            made = Element(_n(OGC, COMPARISONS[sign]))
            if isinstance(value, str) and _like_number(value):
                _as_text(made, field, value)
                return made
            _text(made, OGC, "PropertyName", field)
            if isinstance(value, Named):
                _text(made, OGC, "PropertyName", value.field)
            else:
                _literal(made, value)
            return made
        case Among(field, values):
            if len(values) == 1:
                return _filter(Compared(field, "=", values[0]))
            return _joined("Or", tuple(Compared(field, "=", value) for value in values))
        case Missing(field):
            made = Element(_n(OGC, "PropertyIsNull"))
            _text(made, OGC, "PropertyName", field)
            return made
        case Not(part):
            made = Element(_n(OGC, "Not"))
            made.append(_filter(part))
            return made
        case Every(parts):
            return _joined("And", parts)
        case Either(parts):
            return _joined("Or", parts)


def _like_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _as_text(parent: Element, field: str, text: str) -> None:
    """Compare with something behind both sides: QGIS takes the code 0601 for the number 601."""
    function = SubElement(parent, _n(OGC, "Function"), name="concat")
    _text(function, OGC, "PropertyName", field)
    _text(function, OGC, "Literal", MARK)
    _text(parent, OGC, "Literal", text + MARK)


def _joined(name: str, parts: tuple[Filter, ...]) -> Element:
    made = Element(_n(OGC, name))
    made.extend(_filter(part) for part in parts)
    return made


# --- small parts


def _n(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _text(parent: Element, namespace: str, name: str, text: str) -> None:
    SubElement(parent, _n(namespace, name)).text = text


def _literal(parent: Element, value: Literal) -> None:
    text = (
        str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else _number(value)
    )
    _text(parent, OGC, "Literal", text)


def _parameters(parent: Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        SubElement(parent, _n(SE, "SvgParameter"), name=name).text = value


def _opacity(name: str, opacity: float) -> dict[str, str]:
    return {name: _number(round(opacity, 4))} if opacity < 1.0 else {}


def _pixels(length_mm: float) -> str:
    return _number(round(length_mm / PIXEL_MM, 4))


def _number(value: float) -> str:
    return f"{value:.15g}"
