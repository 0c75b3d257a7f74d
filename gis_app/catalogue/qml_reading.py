"""A QML file of QGIS as a style; what is not understood is named and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from gis_app.catalogue.filter import Every, Filter, parse
from gis_app.catalogue.qml import RENDERERS
from gis_app.catalogue.qml_symbol import CURVED
from gis_app.catalogue.qml_symbol_reading import SymbolReading, colour_of, number_of
from gis_app.catalogue.spelled_out import condition
from gis_app.catalogue.style import Label, Style, StyleRule, Wanted
from gis_app.catalogue.xml_tree import read_xml
from gis_app.language import LANGUAGES, Message, Refused

KIND_OF = {name: kind for kind, name in RENDERERS.items()}
WEIGHT_BOLD = 63
MOST_DEEP = 20


def read_qml(path: Path, id: str) -> tuple[Style, tuple[Message, ...]]:
    """Read a style from a QML file.

    Parameters
    ----------
    id
        Of the style that is made.

    Returns
    -------
    Style
        What was understood; titles are in the one language of the file.
    tuple of Message
        What was not, each thing once.

    Raises
    ------
    Refused
        It is no QML, declares entities, is too large, or holds nothing that is understood.
    """
    root = read_xml(path)
    renderer = root.find("renderer-v2")
    if root.tag != "qgis" or renderer is None:
        raise Refused(
            Message("catalogue.wrong_file", {"file": str(path), "reason": Message("catalogue.not_qml")})
        )
    reading = _Reading(root, renderer)
    style = reading.style(id)
    if not style.rules:
        reason = Message("catalogue.qml_nothing", {"left": reading.left})
        raise Refused(Message("catalogue.wrong_file", {"file": str(path), "reason": reason}))
    return style, tuple(reading.left)


class _Reading(SymbolReading):
    """One file: renderer and labels."""

    def __init__(self, root: Element, renderer: Element) -> None:
        super().__init__(renderer)
        self.root, self.renderer = root, renderer

    def style(self, id: str) -> Style:
        kind = KIND_OF.get(self.renderer.get("type", ""))
        if kind is None:
            self.leave("renderer", kind=self.renderer.get("type", ""))
            return Style(id, ())
        made = Style(id, (), kind=kind, opacity=number_of(self.root.findtext("layerOpacity"), 1.0))
        made = replace(made, order_by=self.order())
        if kind in ("categorised", "graduated"):
            made = replace(made, field=self.field(self.renderer.get("attr", "")))
            if not made.field:
                return made
        rules: Mapping[str, Callable[[], Iterator[StyleRule]]] = {
            "single": lambda: self.single(id),
            "categorised": lambda: self.categories(made.field),
            "graduated": self.ranges,
        }
        made = replace(made, rules=tuple(rules[kind]())) if kind in rules else self.by_rules(made)
        for name in ("blendMode", "featureBlendMode"):
            if (self.root.findtext(name) or "0") != "0":
                self.leave("blend")
        return self.labelled(made)

    def order(self) -> str:
        clause = self.renderer.find("orderby/orderByClause")
        if clause is None or self.renderer.get("enableorderby") != "1":
            return ""
        name = self.field(clause.text or "")
        return f"-{name}" if name and clause.get("asc") == "0" else name

    def field(self, expression: str) -> str:
        """Give the field that an expression names; only a field alone is understood."""
        text = expression.strip()
        name = text[1:-1].replace('""', '"') if text[:1] == text[-1:] == '"' and len(text) > 2 else text
        if not name or (name == text and not name.isidentifier()):
            self.leave("expression", text=text)
            return ""
        return name

    def condition(self, text: str) -> Filter | None:
        try:
            return parse(text)
        except Refused:
            self.leave("expression", text=text)
            return None

    # --- renderers

    def single(self, id: str) -> Iterator[StyleRule]:
        for name in list(self.symbols)[:1]:  # it has no title there
            yield from self.drawn(name, id)

    def categories(self, field: str) -> Iterator[StyleRule]:
        for category in self.renderer.findall("categories/category"):
            if category.get("render", "true") == "false":
                continue
            values = tuple(_value(one) for one in category.findall("val") or [category])
            others = values == ("",) or category.get("type") == "NULL"
            for rule in self.drawn(category.get("symbol", ""), category.get("label", "")):
                own = replace(rule, otherwise=True) if others else replace(rule, where={field: values})
                yield own

    def ranges(self) -> Iterator[StyleRule]:
        for span in self.renderer.findall("ranges/range"):
            bounds = number_of(span.get("lower"), 0.0), number_of(span.get("upper"), 0.0)
            if span.get("render", "true") != "false" and bounds[0] <= bounds[1]:
                for rule in self.drawn(span.get("symbol", ""), span.get("label", "")):
                    yield replace(rule, range=bounds)

    def by_rules(self, made: Style) -> Style:
        parent = self.renderer.find("rules")
        if parent is None:
            return made
        only = parent.findall("rule")
        if len(only) == 1 and only[0].get("symbol") is None and only[0].get("filter"):
            made = replace(made, filter=self.condition(only[0].get("filter", "")))
            parent = only[0]
        return replace(made, rules=tuple(self.rules_in(parent, StyleRule({}), 0)))

    def rules_in(self, parent: Element, above: StyleRule, depth: int) -> Iterator[StyleRule]:
        if depth > MOST_DEEP:
            self.leave("deep")
            return
        for rule in parent.findall("rule"):
            own = self.limited(rule, above)
            if own is None or rule.get("checkstate") == "0":
                continue
            if rule.get("symbol") is not None:
                for drawn in self.drawn(rule.get("symbol", ""), rule.get("label", "")):
                    yield replace(
                        drawn,
                        filter=own.filter,
                        otherwise=own.otherwise,
                        min_denominator=own.min_denominator,
                        max_denominator=own.max_denominator,
                    )
            yield from self.rules_in(rule, own, depth + 1)

    def limited(self, rule: Element, above: StyleRule) -> StyleRule | None:
        """Give a rule's conditions with those above it; None where they are not understood."""
        text = rule.get("filter", "").strip()
        otherwise = text.upper() == "ELSE"
        own = self.condition(text) if text and not otherwise else None
        if (text and not otherwise and own is None) or (otherwise and above.filter is not None):
            if otherwise:
                self.leave("expression", text=text)
            return None
        parts = [part for part in (above.filter, own) if part is not None]
        least = max(number_of(rule.get("scalemindenom"), 0.0), above.min_denominator)
        most = [
            value for value in (number_of(rule.get("scalemaxdenom"), 0.0), above.max_denominator) if value
        ]
        return StyleRule(
            {},
            filter=Every(tuple(parts)) if len(parts) > 1 else next(iter(parts), None),
            otherwise=otherwise,
            min_denominator=least,
            max_denominator=min(most, default=0.0),
        )

    # --- labels

    def labelled(self, made: Style) -> Style:
        labeling = self.root.find("labeling")
        if labeling is None or self.root.get("labelsEnabled", "1") == "0":
            return made
        if labeling.get("type") == "simple":
            found = self.label(labeling.find("settings"))
            return made if found is None else _with_label(made, StyleRule({}, label=found))
        parent = labeling.find("rules")
        if labeling.get("type") != "rule-based" or parent is None:
            self.leave("labeling", kind=labeling.get("type", ""))
            return made
        only = parent.findall("rule")
        if made.filter is not None and len(only) == 1 and only[0].find("settings") is None:
            parent = only[0]
        for rule in parent.findall("rule"):
            own, found = self.limited(rule, StyleRule({})), self.label(rule.find("settings"))
            if rule.find("rule") is not None:
                self.leave("labeling", kind="rule-based")
            if own is not None and found is not None:
                title = dict.fromkeys(LANGUAGES, rule.get("description") or found.field)
                made = _with_label(made, replace(own, title=title, label=found))
        return made

    def label(self, settings: Element | None) -> Label | None:
        text = settings.find("text-style") if settings is not None else None
        if settings is None or text is None:
            return None
        if text.get("isExpression") == "1":
            self.leave("expression", text=text.get("fieldName", ""))
            return None
        options = {"size": text.get("fontSize", "10"), "size_unit": text.get("fontSizeUnit", "Point")}
        buffer, placement = text.find("text-buffer"), settings.find("placement")
        rendering = settings.find("rendering")
        halo = ""
        if buffer is not None and buffer.get("bufferDraw") == "1":
            halo = colour_of(buffer.get("bufferColor", ""))[0]
        scaled = rendering is not None and rendering.get("scaleVisibility") == "1"
        if scaled and rendering is not None and number_of(rendering.get("scaleMin"), 0.0) > 1.0:
            self.leave("label_scale")
        priority = round(number_of(placement.get("priority") if placement is not None else None, 5.0) - 5.0)
        return Label(
            self.field(text.get("fieldName", "")),
            self.length(options, "size", 2.5),
            colour_of(text.get("textColor", ""))[0],
            halo,
            number_of(rendering.get("scaleMax"), 0.0) if scaled and rendering is not None else 0.0,
            along=placement is not None and placement.get("placement") in ("2", CURVED),
            priority=priority * 10,
            bold=number_of(text.get("fontWeight"), 50.0) > WEIGHT_BOLD,
        )


def _with_label(made: Style, named: StyleRule) -> Style:
    """Give a label to the rules that it is for; one of its own where there is none."""
    if not named.filter and not named.otherwise and made.kind != "rules":
        return replace(made, rules=tuple(replace(rule, label=named.label) for rule in made.rules))
    scales = (named.min_denominator, named.max_denominator)
    for place, rule in enumerate(made.rules):
        same = condition(made, rule) == named.filter and rule.otherwise == named.otherwise
        if rule.label is None and same and (rule.min_denominator, rule.max_denominator) == scales:
            rules = list(made.rules)
            rules[place] = replace(rule, label=named.label)
            return replace(made, rules=tuple(rules))
    if made.kind != "rules":
        return made
    title = named.title or dict.fromkeys(LANGUAGES, named.label.field if named.label is not None else "")
    return replace(made, rules=(*made.rules, replace(named, title=title)))


def _value(category: Element) -> Wanted:
    text, kind = category.get("value", ""), category.get("type", "string")
    if kind in ("int", "long", "longlong", "uint", "ulonglong", "double"):
        value = number_of(text, 0.0)
        return value if kind == "double" or not value.is_integer() else int(value)
    return text == "true" if kind == "bool" else text
