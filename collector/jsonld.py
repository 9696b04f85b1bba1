"""The JSON-LD scripts of a page, however broken, and plain text out of their values."""

import codecs
import html as entities
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

LONGEST_PAGE = 5_000_000  # bytes read of a page
LONGEST_TEXT = 20_000  # characters kept of one value
MOST_SCRIPTS = 100

Node = dict[str, Any]

_OPENING = re.compile(r"<!--|<script\b", re.IGNORECASE)
_CLOSING = re.compile(r"</script\b", re.IGNORECASE)
_LD_JSON = re.compile(r"\btype\s*=\s*[\"']?\s*application/ld\+json\b", re.IGNORECASE)
# The encodings that pages are written in besides UTF-8: Python knows names that are none.
_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*(iso-8859-\d+|windows-125\d|koi8-[ru]|shift_jis|euc-jp|euc-kr|"
    rb"gb2312|gbk|gb18030|big5)\b",
    re.IGNORECASE,
)
_WRAPPING = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
_EMPTY_COMMENT = re.compile(r"^[ \t]*//[ \t]*$|/\*[ \t]*\*/", re.MULTILINE)
# A string to its end (the text's, where it has none), or a comma before a closing bracket.
_STRING_OR_LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[A-Za-z]|!)[^<>]*>")


def scripts(html: bytes) -> Iterator[Any]:
    """Yield the parsed JSON of each application/ld+json script; what is not JSON is left out."""
    for number, script in enumerate(_script_texts(_decoded(html[:LONGEST_PAGE]))):
        if number == MOST_SCRIPTS:
            return
        yield _parsed(script)


def nodes(root: object) -> Iterator[Node]:
    """Yield every object of a parsed script, in document order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(reversed(node.values()))
        elif isinstance(node, list):
            stack.extend(reversed(node))


def word(term: object) -> str:
    """Return the last word of a term: "https://schema.org/Event", "schema:Event", "Event"."""
    return re.split(r"[/#:]", term.strip().rstrip("/"))[-1] if isinstance(term, str) else ""


def first(node: Node, name: str) -> Any:
    """Return a property by its name, plain or as IRI ("schema:name"); None where it has none."""
    if name in node:
        return node[name]
    return next((value for key, value in node.items() if word(key) == name), None)


def listed(value: object) -> list[Any]:
    """Return what may be one, many or none as a list."""
    if isinstance(value, list):
        return [item for item in value if item is not None]
    return [] if value is None else [value]


def text_of(value: object, *, lines: bool = False) -> str:
    """Return a value as text without tags, entities and control characters; "" if it is none."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value", value.get("@id"))
    if isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = entities.unescape(value[:LONGEST_TEXT])
    text = _TAG.sub(" ", _BREAK.sub("\n", text))
    text = "".join(char if _is_text(char) else " " for char in text)
    if not lines:
        return " ".join(text.split())
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in text.splitlines())
    ).strip()


def _is_text(char: str) -> bool:
    return char in "\n\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn"}


def _decoded(html: bytes) -> str:
    """Decode by byte order mark or as UTF-8 where it is, else as the page says, else as cp1252."""
    if html.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return html.decode("utf-16", "replace")
    try:
        return codecs.utf_8_decode(html, "strict", False)[0]  # a character may be cut at the end
    except UnicodeDecodeError:
        declared = _CHARSET.search(html[:4096])
    name = declared[1].decode("ascii").lower() if declared else "cp1252"
    try:
        # Pages that say Latin-1 mean cp1252 (WHATWG Encoding).
        return html.decode("cp1252" if name == "iso-8859-1" else name, "replace")
    except LookupError:
        return html.decode("cp1252", "replace")


def _script_texts(page: str) -> Iterator[str]:
    """Yield the text of the page's JSON-LD scripts, in one pass; comments are passed over."""
    position = 0
    while opening := _OPENING.search(page, position):
        if opening[0] == "<!--":
            position = page.find("-->", opening.end())
            if position < 0:
                return
            continue
        begin = page.find(">", opening.end()) + 1
        closing = _CLOSING.search(page, begin) if begin else None
        if not begin:
            return
        position = closing.start() + 1 if closing else len(page)
        if _LD_JSON.search(entities.unescape(page[opening.end() : begin])):
            yield page[begin:position] if not closing else page[begin : closing.start()]


def _parsed(script: str) -> Any:
    """Parse a script as it is, then with its usual faults mended; None if it is not JSON."""
    bare = _EMPTY_COMMENT.sub("", _WRAPPING.sub("", script))
    for text in (script, bare, _STRING_OR_LAST_COMMA.sub(r"\1", bare)):
        try:
            return json.loads(text.strip(" \t\r\n;\ufeff"), strict=False)
        except (ValueError, RecursionError):
            continue
    return None
