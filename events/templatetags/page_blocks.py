"""A block of the page, once more: Django renders one only where it stands, and a title is said twice in a head."""

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def block_text(context: template.Context, name: str) -> SafeString:
    """Return what the page fills a block of its base with. For the base itself: an include has no blocks."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    with context.push():
        return SafeString(block.nodelist.render(context))
