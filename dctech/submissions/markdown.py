"""Markdown of strangers' as HTML that is safe to show."""

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(
    ["image"]
)


def html_of_markdown(text: str) -> str:
    """Return sanitised HTML. Raw HTML in the text is shown as the text that it is."""
    from collector.door import sanitised  # noqa: PLC0415 - nothing imports the collector when it loads

    return sanitised(MARKDOWN.render(text)) if text else ""
