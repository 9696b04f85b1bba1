"""The change list over a queue instead of a QuerySet: Django's own but for what it asks the database."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Self

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest

from dctech.admin.queues import SEARCHED, BadCursor, Cursor, Page, Queue
from dctech.admin.rows import loaded
from dctech.moderation import Moderated, Review
from dctech.moderation.batches import AT_MOST

TAB, CURSOR = "tab", "at"


class Rows:
    """What an action gets: like a list of model instances, with what the admin asks of a QuerySet."""

    def __init__(
        self,
        model: type[Model],
        queue: Queue,
        wanted: Callable[[Any], bool] | None,
        keys: Sequence[str] | None = None,
    ) -> None:
        self.model = model
        self.queue = queue
        self.wanted = wanted
        self._keys = keys

    def page(self, cursor: Cursor | None) -> Page:
        return self.queue.page(cursor, self.wanted)

    def filter(self, *, pk__in: Sequence[str]) -> Self:
        return type(self)(self.model, self.queue, self.wanted, list(pk__in))

    @property
    def keys(self) -> list[str]:
        """The ids: those chosen, else the first AT_MOST of the list, as far as a search looks."""
        if self._keys is None:
            found = self.queue.walk(SEARCHED if self.wanted else AT_MOST)
            wanted = (item for item in found if self.wanted is None or self.wanted(item))
            self._keys = [self.model.from_row(item).pk for item in islice(wanted, AT_MOST)]
        return list(self._keys)

    def count(self) -> int:
        return len(self.keys)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Model]:
        return (self.model(pk=key) for key in self.keys)


def _shown(model: Any, row: Any, item: Moderated) -> Any:
    """Return a row as it is shown: the item, and what waits about it."""
    shown = model.from_item(item)
    if isinstance(row, Review):
        shown.review, shown.submitted_at = row, row.at
    return shown


class QueueChangeList(ChangeList):
    """Pages by cursor. A filter or a search looks at a bounded number of items, and says so."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        kept = super().get_filters_params(params)
        return {name: value for name, value in kept.items() if name not in {TAB, CURSOR}}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Rows:  # noqa: ARG002 - Django's
        self.params.pop(CURSOR, None)
        self.filter_params.pop(CURSOR, None)  # a link to another tab or filter begins at its start
        specs, self.has_filters, unknown, _, self.has_active_filters = self.get_filters(request)
        if unknown:
            raise IncorrectLookupParameters
        self.filter_specs = specs
        self.clear_all_filters_qs = self.get_query_string(remove=self.get_filters_params())
        self.tabs = self.model_admin.tabs
        self.tab = request.GET.get(TAB, next(iter(self.tabs)))
        if self.tab not in self.tabs:
            raise IncorrectLookupParameters
        return Rows(self.model, self.tabs[self.tab].queue, self._wanted())

    def get_results(self, request: HttpRequest) -> None:
        salt = f"queue:{self.opts.label_lower}:{self.tab}"
        try:
            cursor = Cursor.read(request.GET.get(CURSOR, ""), salt)
            self.page = self.queryset.page(cursor)
        except BadCursor as error:
            raise IncorrectLookupParameters from error
        self.result_list = [
            _shown(self.model, row, item)
            for row, item in loaded(self.model_admin.items, self.page.items)
            if item
        ]
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.first_link = self.get_query_string() if cursor else None
        self.next_link = self._link(self.page.next, salt)
        self.previous_link = self._link(self.page.previous, salt)
        self.more = bool(self.page.next or self.page.previous)
        self.at_most = AT_MOST

    @property
    def tab_links(self) -> list[dict[str, Any]]:
        return [
            {
                "label": tab.label,
                "link": self.get_query_string({TAB: name}),
                "current": name == self.tab,
            }
            for name, tab in self.tabs.items()
        ]

    def _link(self, cursor: Cursor | None, salt: str) -> str | None:
        return str(self.get_query_string({CURSOR: cursor.token(salt)})) if cursor else None

    def _wanted(self) -> Callable[[Any], bool] | None:
        """Return what tells whether an item is searched for, None where everything is."""
        tests = [spec.test() for spec in self.filter_specs if spec.value()]
        if words := self.query.casefold().split():
            names = self.search_fields

            def said(item: Any) -> bool:
                text = " ".join(str(getattr(item, name, None) or "") for name in names).casefold()
                return all(word in text for word in words)

            tests.append(said)
        if not tests:
            return None
        return lambda row: (
            bool(found := getattr(row, "item", row)) and all(test(found) for test in tests)
        )
