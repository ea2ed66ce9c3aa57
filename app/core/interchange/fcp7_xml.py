"""XML of somebody else's: bounded in size, depth and number of elements, without entities of its own."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from app.core.base.errors import UserError
from app.core.interchange.otio_check import read_bytes

LARGEST_FILE = 64 * 1024 * 1024
DEEPEST_NESTING = 100
MOST_ELEMENTS = 3_000_000
_MOST_ATTRIBUTES = 50


def parsed_xml(path: Path) -> Element:
    """The root element of the XML in ``path``.

    Raises:
        UserError: it cannot be read, is no XML, too large or too deep, or defines entities.
    """
    reader = _Reader(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.builder.data
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.entity
    try:
        parser.Parse(read_bytes(path, LARGEST_FILE), True)
    except expat.ExpatError as problem:
        raise refused(path, f"line {problem.lineno} is not valid XML") from None
    except (LookupError, ValueError):  # what Python says of encodings that it does not have
        raise refused(path, "its text is in an encoding that is not known") from None
    return reader.builder.close()


def refused(path: Path, why: str) -> UserError:
    """XML that cannot be used."""
    return UserError(str(path), why, "write the timeline again, or choose another file")


class _Reader:
    def __init__(self, path: Path) -> None:
        self.builder = TreeBuilder()
        self._path = path
        self._depth = self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST_NESTING:
            raise refused(self._path, f"it is nested more than {DEEPEST_NESTING} levels deep")
        if self._count > MOST_ELEMENTS or len(attributes) > _MOST_ATTRIBUTES:
            raise refused(self._path, "it holds more than any timeline does")
        self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self.builder.end(tag)

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise refused(self._path, "it defines its own document type, which no timeline needs")

    def entity(self, *_given: object) -> None:
        raise refused(self._path, "it defines entities, which no timeline needs")
