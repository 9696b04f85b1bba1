"""What may stand in a link: other people's addresses come out through here alone."""

import re

from django.utils.encoding import iri_to_uri

ADDRESS = re.compile(r"(?i:https?)://[!#-;=?-\[\]_a-z~]+")


def web_address(text: str | None) -> str:
    """Return an address if it is a proper one of the web, which a URI property or a link may hold; "" otherwise."""
    if not text:
        return ""
    address = iri_to_uri(text)
    return address if ADDRESS.fullmatch(address) else ""
