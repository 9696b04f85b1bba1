"""The files of the old site, as text: keys, values, comments and lines. No value is interpreted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, Union

import yaml

FOLDERS = ("_groups", "_categories", "_single_events", "_recurring_events", "_overlay")
SUFFIXES = {".yaml", ".yml"}
MAX_BYTES = 100_000
"""An item of DynamoDB holds 400 KB, and has the text of its file beside what was made of it."""
NULLS = {"", "~", "null", "Null", "NULL"}

Value: TypeAlias = Union[str, list["Value"], dict[str, "Value"], None]  # noqa: UP007 - it names itself in quotes


class LiveSiteError(Exception):
    """Something about the old site's files is not as it must be."""


class NotALiveSite(LiveSiteError):  # noqa: N818 - it is what the directory is
    """The directory has none of the old site's folders."""


class BrokenFile(LiveSiteError):  # noqa: N818 - it is what the file is
    """A file that cannot be read; says which, where and why."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(f"{name}:{line}: {message}")
        self.name, self.line, self.message = name, line, message


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file. `fields` holds scalars as the text they are (None where there is nothing), `lines` each key's line."""

    name: str
    text: str
    fields: dict[str, Value]
    lines: dict[str, int] = field(default_factory=dict)
    comments: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]

    @property
    def stem(self) -> str:
        return Path(self.name).stem


@dataclass(frozen=True, slots=True)
class Folder:
    """What one folder holds. `broken` are the files that could not be read, `ignored` what is no YAML file at all."""

    name: str
    files: list[SourceFile]
    broken: list[BrokenFile]
    ignored: list[str]


def read_site(directory: Path) -> list[Folder]:
    """Read every file below the five folders; raise NotALiveSite when there is none of them."""
    if not any((directory / name).is_dir() for name in FOLDERS):
        raise NotALiveSite(f"{directory} has none of the folders {', '.join(FOLDERS)}.")
    return [read_folder(directory, name) for name in FOLDERS]


def read_folder(directory: Path, name: str) -> Folder:
    """Read a folder's files by name; one that is missing has none."""
    found = Folder(name, [], [], [])
    for path in _entries(directory / name):
        short = f"{name}/{path.name}"
        if path.suffix not in SUFFIXES or not path.is_file():
            found.ignored.append(short)
            continue
        if path.stem in {file.stem for file in found.files}:
            message = "another file of this name has been read already"
            found.broken.append(BrokenFile(short, 1, message))
            continue
        try:
            found.files.append(parse(short, _text(short, path)))
        except BrokenFile as broken:
            found.broken.append(broken)
    return found


def parse(name: str, text: str) -> SourceFile:
    """Read a file's text; raise BrokenFile for what is not one mapping of keys to values."""
    try:
        tokens = list(yaml.scan(text, Loader=yaml.BaseLoader))
        _refuse_aliases(name, tokens)
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if root is None:
            return SourceFile(name, text, {}, {}, tuple(_comments(text, tokens)))
        if not isinstance(root, yaml.MappingNode):
            raise BrokenFile(name, 1, "it holds no keys")
        fields = _mapping(name, root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or error.context or "not YAML"
        raise BrokenFile(name, mark.line + 1 if mark else 1, message) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BrokenFile(name, line, "it holds a character that YAML does not allow") from error
    except RecursionError as error:
        raise BrokenFile(name, 1, "it is nested too deeply") from error
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value}
    return SourceFile(name, text, fields, lines, tuple(_comments(text, tokens)))


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _text(name: str, path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenFile(name, 1, f"it cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise BrokenFile(name, 1, f"it is longer than {MAX_BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenFile(name, line, "it is not UTF-8") from error


def _refuse_aliases(name: str, tokens: list[yaml.Token]) -> None:
    # A few lines of aliases can stand for gigabytes, and the old site never wrote one.
    for token in tokens:
        if isinstance(token, yaml.AliasToken):
            raise BrokenFile(name, token.start_mark.line + 1, "aliases are not read")


def _mapping(name: str, node: yaml.MappingNode) -> dict[str, Value]:
    """Return a mapping as it stands; a key that comes twice would lose one of its values, so it is refused."""
    found: dict[str, Value] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BrokenFile(name, line, "a key is not text")
        if key.value in found:
            raise BrokenFile(name, line, f"the key {key.value} comes twice")
        found[key.value] = _value(name, value)
    return found


def _value(name: str, node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return _mapping(name, node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(name, child) for child in node.value]
    quoted = isinstance(node, yaml.ScalarNode) and node.style
    return None if not quoted and node.value in NULLS else str(node.value)


def _comments(text: str, tokens: list[yaml.Token]) -> Iterator[str]:
    """Yield each comment verbatim: it lies between two tokens, or behind the sign that opens a block of text."""
    end = 0
    for token in tokens:
        yield from _comments_between(text[end : token.start_mark.index])
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            opening = text[token.start_mark.index : token.end_mark.index].splitlines()[:1]
            yield from _comments_between("".join(opening))
        end = max(end, token.end_mark.index)


def _comments_between(gap: str) -> Iterator[str]:
    for line in gap.splitlines():
        _, sign, comment = line.partition("#")
        if sign:
            yield f"#{comment}".rstrip()
