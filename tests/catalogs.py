"""What is marked for translation, what a catalogue says of it, and a catalogue made up for a test."""

import ast
import re
import struct
from typing import NamedTuple

from django.utils.translation.template import templatize

from tests.conftest import ROOT

CATALOGUE = ROOT / "dctech/locale/es/LC_MESSAGES/django.po"
APPS = ("accounts", "collector", "dctech", "events", "groups")
STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"(\b[a-z]*gettext|\b_)\({STRING}(?:, *{STRING})?(?:, *{STRING})?")


class Message(NamedTuple):
    """What gettext looks up: both forms where something is counted."""

    context: str
    text: str
    plural: str


def message(function, texts):
    """Return what a call of gettext, ngettext, pgettext or npgettext (lazy or not) asks for."""
    name = function.removesuffix("_lazy").removesuffix("_noop")
    texts = list(texts)
    context = texts.pop(0) if name in {"pgettext", "npgettext"} else ""
    return Message(context, texts[0], texts[1] if name.startswith("n") else "")


def in_templates():
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for call in CALL.finditer(templatize(path.read_text("utf-8"))):
            function, *texts = call.groups()
            # a percent sign is doubled on the way through blocktranslate and xgettext alike
            yield message(function, [ast.literal_eval(text) for text in texts if text])


def in_code():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(ast.Name(name), arguments) if "gettext" in name or name == "_":
                        texts = [each.value for each in arguments if isinstance(each, ast.Constant)]
                        yield message(name, texts)


def read(path=CATALOGUE):
    """Return message -> its translations, as a .po file says; a fuzzy one counts as none."""
    found = {}
    for block in path.read_text("utf-8").split("\n\n")[1:]:
        fields = {"msgctxt": "", "msgid_plural": ""}
        forms = []
        for name, text in re.findall(r'^(\w+)(?:\[\d\])? ((?:".*"\n?)+)', block, re.MULTILINE):
            said = "".join(map(ast.literal_eval, text.splitlines()))
            if name == "msgstr":
                forms.append(said)
            else:
                fields[name] = said
        key = Message(fields["msgctxt"], fields["msgid"], fields["msgid_plural"])
        found[key] = [] if re.search(r"^#,.*fuzzy", block, re.MULTILINE) else forms
    return found


def compiled(translations):
    """Return message -> forms as the bytes of a .mo file, with the plural of Spanish."""
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = {b"": header.encode()}
    for (context, text, plural), forms in translations.items():
        key = f"{context}\4{text}" if context else text
        pairs["\0".join(filter(None, [key, plural])).encode()] = "\0".join(forms).encode()
    keys = sorted(pairs)
    start = 28 + 16 * len(keys)
    tables, body = [], b""
    for column in (keys, [pairs[key] for key in keys]):
        for text in column:
            tables.append(struct.pack("<2I", len(text), start + len(body)))
            body += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + b"".join(tables) + body
