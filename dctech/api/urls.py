"""The API's URLconf, which `prefix` chooses. Fixed addresses come before those with an id in them."""

from django.urls import path
from django.views.generic import RedirectView

from dctech.api import about, bulk, checkup, figures, problems
from dctech.api.api import api
from dctech.api.prefix import DOCS
from events.api import browse
from events.api import public as events
from events.api import staff as staff_events
from events.api import submit as submit_events
from groups.api import public as groups
from groups.api import staff as staff_groups
from groups.api import submit as submit_groups

api.add_router("", events.router)
api.add_router("", groups.router)
api.add_router("", browse.router)
api.add_router("", about.router)
api.add_router("", submit_events.router)
api.add_router("", submit_groups.router)
api.add_router("/admin", figures.router)
api.add_router("/admin", checkup.router)
api.add_router("/admin/bulk", bulk.router)
api.add_router("/admin/events", staff_events.router)
api.add_router("/admin/groups", staff_groups.router)
api.add_router("", events.details)
api.add_router("", groups.details)

to_docs = RedirectView.as_view(url=DOCS)
urlpatterns = [path("api", to_docs), path("api/", to_docs), path("api/", api.urls)]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error
