"""Whether a value surely fits a JSON schema, told without importing what can explain why it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
NOTES = ("$schema", "$id")


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Hold a value against a schema.

    Parameters
    ----------
    value
        As JSON or TOML give it.
    schema
        Of JSON Schema 2020-12.

    Returns
    -------
    bool
        True only if the value fits. False where it does not, and where the schema says more than is
        understood here: ``jsonschema`` decides then.
    """
    return all(_holds(value, name, wanted, schema) for name, wanted in schema.items())


def _holds(value: Any, name: str, wanted: Any, schema: Mapping[str, Any]) -> bool:
    match name:
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return any(TYPES[kind](value) for kind in kinds)
        case "const":
            return _same(value, wanted)
        case "enum":
            return any(_same(value, each) for each in wanted)
        case "required":
            return not isinstance(value, dict) or all(key in value for key in wanted)
        case "properties":
            return not isinstance(value, dict) or all(
                fits(value[key], each) for key, each in wanted.items() if key in value
            )
        case "additionalProperties":
            others = value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ()
            return all(wanted is not False and fits(value[key], wanted) for key in others)
        case "items":
            return not isinstance(value, list) or all(fits(each, wanted) for each in value)
        case "minLength":
            return not isinstance(value, str) or len(value) >= wanted
        case "pattern":
            return not isinstance(value, str) or re.search(wanted, value) is not None
        case "maxItems":
            return not isinstance(value, list) or len(value) <= wanted
        case "minimum":
            return type(value) not in (int, float) or value >= wanted
        case "maximum":
            return type(value) not in (int, float) or value <= wanted
    return name in NOTES


def _same(value: Any, wanted: Any) -> bool:
    """Equal and of one type, so that true is not 1."""
    return type(value) is type(wanted) and bool(value == wanted)
