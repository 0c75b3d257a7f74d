"""Making any function of the window raise while Qt runs it, found by inspection and not from a list.

A function is made to raise by giving it another code object: that reaches methods that are connected
already, lambdas, and overridden methods whose function Qt's binding has looked up long ago.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import inspect
import pkgutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QColor

import gis_app.render
import gis_app.ui
import gis_app.ui.editing

TEXT = "made to raise"
PACKAGES = (gis_app.ui, gis_app.ui.editing, gis_app.render)


def _raises(*given: object, **named: object) -> None:
    _made_to_raise.append(1)  # type: ignore[name-defined]  # noqa: F821
    raise ZeroDivisionError("made to raise")


def _says_its_name(*given: object, **named: object) -> None:
    _made_to_say.append(__import__("sys")._getframe().f_code.co_name)  # type: ignore[name-defined]  # noqa: F821


def _standing_in(code: CodeType, function: FunctionType, name: str) -> CodeType:
    """``code`` for a function with these free variables; it uses none of them."""
    return code.replace(co_freevars=function.__code__.co_freevars, co_name=name)


@contextmanager
def raising(function: FunctionType) -> Iterator[list[int]]:
    """Let one function raise each time it is called; the list grows by one each time."""
    own = function.__code__
    builtins._made_to_raise = raised = []  # type: ignore[attr-defined]
    function.__code__ = _standing_in(_raises.__code__, function, own.co_name)
    try:
        yield raised
    finally:
        function.__code__ = own


@contextmanager
def quiet(functions: dict[str, FunctionType]) -> Iterator[list[str]]:
    """Let functions do nothing but say by which name they are known here."""
    own = {name: function.__code__ for name, function in functions.items()}
    builtins._made_to_say = said = []  # type: ignore[attr-defined]
    for name, function in functions.items():
        function.__code__ = _standing_in(_says_its_name.__code__, function, name)
    try:
        yield said
    finally:
        for name, function in functions.items():
            function.__code__ = own[name]
        del builtins._made_to_say  # type: ignore[attr-defined]


def classes() -> list[type]:
    """Every class of ours that Qt knows: widgets, models, delegates, dialogs, objects with signals."""
    found = []
    for package in PACKAGES:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".child"):
                continue
            for kind in vars(importlib.import_module(module.name)).values():
                own = inspect.isclass(kind) and kind.__module__ == module.name
                if own and any(base.__module__.startswith("PySide6") for base in kind.__mro__):
                    found.append(kind)
    return found


def virtuals() -> list[tuple[type, str]]:
    """Every method of such a class that Qt calls in the place of its own."""
    return [
        (kind, name)
        for kind in classes()
        for name, method in vars(kind).items()
        if isinstance(method, FunctionType) and not name.startswith("__")
        and any(hasattr(base, name) for base in kind.__mro__ if base.__module__.startswith("PySide6"))
    ]  # fmt: skip


def functions() -> dict[str, FunctionType]:
    """Every function of the window that may be a slot, by a name of its own: methods, lambdas, inner ones."""
    overridden = {(kind.__module__, f"{kind.__qualname__}.{name}") for kind, name in virtuals()}
    found = {}
    for one in gc.get_objects():
        if not isinstance(one, FunctionType) or not str(one.__module__).startswith("gis_app."):
            continue
        if one.__module__.startswith(("gis_app.ui", "gis_app.render")) and not (
            one.__module__ == "gis_app.ui.reporter" or (one.__module__, one.__qualname__) in overridden
        ):
            found[f"{one.__module__}.{one.__qualname__}:{one.__code__.co_firstlineno}#{id(one)}"] = one
    return found


DEFAULTS: dict[str, Any] = {
    **{"int": 0, "bool": False, "double": 0.0, "QString": "", "float": 0.0, "qlonglong": 0},
    **{
        "PyObject": None,
        "QPoint": QPoint(),
        "QSize": QSize(),
        "QRect": QRect(),
    },
    **{"QColor": QColor(), "QByteArray": QByteArray()},
}
LET_ALONE = (
    "rows",
    "columns",
    "layout",
    "model",
    "destroyed",
    "section",
    "geometriesChanged",
    "customContext",
)
"""Signals by which Qt's own views would believe in rows that are not there."""


def signals(root: QObject) -> Iterator[tuple[QObject, str, tuple[Any, ...]]]:
    """Every connected signal of an object and of all that it owns, with plain arguments."""
    for owner in [root, *root.findChildren(QObject)]:
        meta = owner.metaObject()
        for number in range(meta.methodCount()):
            method = meta.method(number)
            if method.methodType() != method.MethodType.Signal or not owner.isSignalConnected(method):
                continue
            name = bytes(method.name().data()).decode()
            types = [bytes(kind.data()).decode() for kind in method.parameterTypes()]
            if not name.startswith(LET_ALONE) and all(kind in DEFAULTS for kind in types):
                yield owner, name, tuple(DEFAULTS[kind] for kind in types)


def threads() -> list[str]:
    """Names of the threads that are alive."""
    return sorted(thread.name for thread in threading.enumerate())
