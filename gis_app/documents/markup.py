"""Markup: the one place where text becomes HTML, so that no text can become an element."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

VOID = frozenset({"br", "col", "hr", "img", "meta"})
FIGURES = frozenset({"figure", "limit", "no"})
"""Column classes whose headings stand over right-aligned figures."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Text that is markup already; everything else is escaped when it is put into an element."""

    __slots__ = ()


def text(value: str) -> Html:
    """Escape a text; what neither HTML nor UTF-8 can carry (controls, lone surrogates) becomes U+FFFD."""
    return value if isinstance(value, Html) else Html(escape(_UNPRINTABLE.sub("\ufffd", value), quote=True))


def join(*parts: str) -> Html:
    """Parts one after the other, each escaped unless it is markup."""
    return Html("".join(text(part) for part in parts))


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """One element.

    ``class_`` gives the attribute ``class``, and an underline within a name a hyphen. Names are the
    program's own; values and children may be anything.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def table(head: list[str], rows: list[list[str]], *, class_: str = "", widths: str = "") -> Html:
    """A table of header texts (h,) and rows (n, h); ``widths`` names one column class for each header."""
    kinds = widths.split()
    columns = join(*(tag("col", class_=f"w-{kind}") for kind in kinds))
    sides = ["n" if kind in FIGURES else "" for kind in kinds] + [""] * (len(head) - len(kinds))
    titles = tag(
        "tr", *(tag("th", title, scope="col", class_=side) for title, side in zip(head, sides, strict=True))
    )
    body = (tag("tr", *(cell if _is_cell(cell) else tag("td", cell) for cell in row)) for row in rows)
    return tag("table", tag("colgroup", columns), tag("thead", titles), tag("tbody", *body), class_=class_)


def figure_cell(value: str) -> Html:
    """A cell for a figure: right-aligned, tabular."""
    return tag("td", value, class_="n")


def _is_cell(cell: str) -> bool:
    return isinstance(cell, Html) and cell.startswith("<td")


def data_image(png: bytes, title: str) -> Html:
    """A picture inside the page.

    Parameters
    ----------
    png
        The picture, in PNG form.
    """
    return tag("img", src="data:image/png;base64," + base64.b64encode(png).decode("ascii"), alt=title)


def page(title: str, language: str, style: str, body: Html) -> str:
    """A whole document that loads nothing, runs nothing and sends nothing, also when opened without network.

    The policy allows one style sheet, by its digest, and pictures within the page.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Html(style)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', body), lang=language)}\n"
