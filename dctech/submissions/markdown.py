"""Markdown of strangers' as HTML that is safe to show."""

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(
    ["image"]
)


def described(source: str | None) -> dict[str, str | None]:
    """Return the attributes of a description: its source, and what it says as text and as sanitised HTML.

    Raw HTML in the source is shown as the text that it is.
    """
    from collector.door import readable, sanitised  # noqa: PLC0415 - nothing imports the collector when it loads

    html = sanitised(MARKDOWN.render(source)) if source else ""
    return {
        "markdown": source or None,
        "description": readable(html) or None,
        "description_html": html or None,
    }
