"""The words of an address, labelled by usaddress. The one module that knows usaddress."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

LONGEST = 1000  # characters read; an address is never longer


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that usaddress gave the same label."""

    label: str
    text: str


def plain(text: str) -> str:
    """Return one line without control and invisible characters; line breaks become commas."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).strip()
    text = re.sub(r"[\r\n\v\f\u2028\u2029\u200b]+", ", ", text)
    text = "".join(
        " " if char.isspace() or unicodedata.category(char) == "Cc" else char
        for char in text
        if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return re.sub(r"(?:\s*,)+\s*", ", ", re.sub(r"\s+", " ", text)).strip(" ,")


def label_address(text: str) -> list[Run]:
    """Label an address with usaddress's parse, which unlike its tag accepts a repeated label."""
    import usaddress  # noqa: PLC0415  # loads a CRF model: not for who only imports this module

    return [
        Run(label, " ".join(token for token, _ in tokens).strip(" ,;()"))
        for label, tokens in groupby(usaddress.parse(text), key=lambda pair: pair[1])
    ]


def has_street(text: str) -> bool:
    """Tell a street address (number, name and type: 901 G St) from the name of a place."""
    labels = {run.label for run in label_address(text)}
    return "AddressNumber" in labels and bool(
        labels & {"StreetNamePostType", "StreetNamePreType", "StreetNamePostDirectional"}
    )
