"""A style as the text of its TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import tomli_w

from gis_app.catalogue import filter as filters
from gis_app.catalogue.style import Style, StyleRule

_DEFAULT_RULE = StyleRule({})
_DEFAULT_HEAD = Style("", ())
_HEAD = ("id", "kind", "field", "method", "ramp", "filter", "order_by", "opacity")
_CONDITIONS = (
    filters.Compared,
    filters.Among,
    filters.Missing,
    filters.Not,
    filters.Every,
    filters.Either,
)


def style_toml(style: Style) -> str:
    """Write a style so that reading it gives the same; what is as usual is left out."""
    head = {
        name: _plain(getattr(style, name))
        for name in _HEAD
        if getattr(style, name) != getattr(_DEFAULT_HEAD, name)
    }
    return tomli_w.dumps({"style": head, "rule": [_rule(rule) for rule in style.rules]})


def _rule(rule: StyleRule) -> dict[str, Any]:
    written = {"title": dict(rule.title)}
    for item in fields(StyleRule):
        value = getattr(rule, item.name)
        if item.name != "title" and value != getattr(_DEFAULT_RULE, item.name):
            written[item.name] = _plain(value)
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, _CONDITIONS):
        return filters.write(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value) if _told(value, item)}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def _told(owner: Any, item: Any) -> bool:
    return bool(getattr(owner, item.name) != item.default)
