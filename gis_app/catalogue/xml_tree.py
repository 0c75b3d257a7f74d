"""XML from outside as a tree: no entity is expanded, nothing is fetched, and there is an end to its size."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gis_app.language import Message, Refused

MOST_BYTES = 16 * 1024 * 1024
MOST_ELEMENTS = 400_000
DEEPEST = 100


def read_xml(path: Path) -> Element:
    """Read a file.

    Raises
    ------
    Refused
        It cannot be read, is too large, is no XML, or declares entities.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        values = {"file": str(path), "error": error.strerror or type(error).__name__}
        raise Refused(Message("catalogue.unreadable", values)) from error
    return parse_xml(content, str(path))


def parse_xml(content: bytes, file: str = "") -> Element:
    """Give the tree of a document; errors as for ``read_xml``, ``file`` is named in them."""
    if len(content) > MOST_BYTES:
        _refuse(file, Message("catalogue.xml_too_large", {"most_mb": MOST_BYTES >> 20}))
    tree = _Tree(file)
    try:
        tree.parser.Parse(content, True)
    except expat.ExpatError as error:
        _refuse(file, Message("catalogue.not_xml", {"error": str(error)}))
    return tree.builder.close()


class _Tree:
    """Expat without anything that reaches beyond the document."""

    def __init__(self, file: str) -> None:
        self.file, self.depth, self.count = file, 0, 0
        self.builder = TreeBuilder()
        self.parser = expat.ParserCreate()
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.ExternalEntityRefHandler = self.entity

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            _refuse(self.file, Message("catalogue.xml_too_large", {"most_mb": MOST_BYTES >> 20}))
        # a prefix is the writer's choice; what is read here has no two elements of one name
        self.builder.start(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(name.rpartition(":")[2])

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        # QGIS writes a document type without declarations in it
        if internal:
            self.entity()

    def entity(self, *_declared: object) -> NoReturn:
        _refuse(self.file, Message("catalogue.xml_entities", {}))


def _refuse(file: str, reason: Message) -> NoReturn:
    raise Refused(Message("catalogue.wrong_file", {"file": file or "—", "reason": reason}))
