"""HTML in a DESCRIPTION: sanitised to show, and as readable text."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|img|font|pre|blockquote|"
    r"html|body|head|script|style|iframe|html-blob)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
END_OF_DIV = re.compile(r"</div\s*>", re.IGNORECASE)
ALLOWED = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody"),
    *("td", "th", "thead", "tr", "u", "ul"),
}
MOST_TAGS = 2_000  # an HTML parser takes quadratic time for what is nested deeply
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"}
LINES = {"br", "li", "tr", "dt", "dd", "hr"}


def text_and_html(description: str) -> tuple[str, str]:
    """Return a description as plain text, and as sanitised HTML or "" where it was plain text."""
    if "<" not in description or not TAG.search(description):
        return description, ""
    if description.count("<") > MOST_TAGS:
        return unescape(TAG.sub(" ", description)).strip(), ""
    html = sanitised(description)
    return readable(html), html


def sanitised(html: str) -> str:
    """Return the part of HTML that is safe to show: no scripts, images, styles or other schemes."""
    return nh3.clean(
        END_OF_DIV.sub("<br>", html),
        tags=ALLOWED,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    ).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.link, self.link_text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n\n")
        elif tag in LINES:
            self.pieces.append("\n")
        if tag == "li":
            self.pieces.append("- ")
        if tag == "a":
            self.link, self.link_text = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n\n")
        if tag == "a":
            if self.link.startswith("http") and self.link_text.strip().rstrip("/") not in self.link:
                self.pieces.append(f" ({self.link})")
            elif self.link.startswith("http") and not self.link_text.strip():
                self.pieces.append(self.link)
            self.link = ""

    def handle_data(self, data: str) -> None:
        self.link_text += data
        self.pieces.append(data)


def readable(html: str) -> str:
    """Return sanitised HTML as text: paragraphs, lists, and addresses after their links."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    text = "".join(parser.pieces).replace("\xa0", " ")
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r" ?\n ?(?:\n ?)+", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()
