"""The picture for link previews."""

import datetime as dt
import io
import subprocess
import sys

import pytest
from PIL import Image

from dctech import freshness
from events import cards
from tests import make

START = dt.datetime(2036, 9, 3, 18, 30)
CARD = cards.Card("Python Night", "Wednesday", "Town Hall, Arlington", "DC Tech Events")


def opened(png):
    image = Image.open(io.BytesIO(png))
    image.load()
    assert (image.format, image.size) == ("PNG", (1200, 630))
    return image.convert("L")


def ink(image, top, bottom):
    """Return the box around what is drawn between two heights."""
    ground = image.getpixel((0, 0))
    return image.crop((0, top, 1200, bottom)).point(lambda level: level != ground and 255).getbbox()


def card(**values):
    return cards.Card(**{name: getattr(CARD, name) for name in CARD.__slots__} | values)


@pytest.mark.parametrize(
    "title",
    [
        "Python Night",
        "A long title, of many words " * 30,
        "W" * 500,
        "Встреча разработчиков",
        "Café ñandú",
        "🎉 Hack Night 👩‍💻❤️",
        "מפגש פייתון בתל אביב",
        "لقاء مطوري بايثون",
        "東京パイソン",
        "",
    ],
)
def test_every_title_stays_inside_its_space(title):
    image = opened(cards.draw(card(title=title)))
    left, _top, right, _bottom = ink(image, cards.TITLE_TOP, 505)
    assert left >= 70
    assert right <= 1130
    assert ink(image, 495, 508) is None


def test_a_place_may_be_empty_or_long():
    assert ink(opened(cards.draw(card(where=""))), 520, 630) is None
    _, _, right, _ = ink(opened(cards.draw(card(where="x" * 400))), 520, 630)
    assert right <= 1120


def test_what_the_font_has_not_is_left_out_and_leaves_no_gap():
    assert cards.readable("🎉🚀 Hack 👩‍💻 🇺🇸 ❤️ Night\u200d\n🎉") == "Hack Night"
    assert cards.readable("Встреча: café №5 – «да»") == "Встреча: café №5 – «да»"  # noqa: RUF001


def test_a_title_of_which_little_is_left_gives_way_to_the_group():
    assert cards.draw(card(title="東京パイソン Py", instead="Pythons")) == cards.draw(
        card(title="Pythons", instead="Pythons2")
    )
    assert cards.draw(card(title="東京")) == cards.draw(card(title="DC Tech Events"))


def test_the_same_card_is_the_same_bytes():
    first = cards.draw(CARD)
    cards.draw.cache_clear()
    assert cards.draw(CARD) == first
    assert cards.draw(card(mark="Cancelled")) != first


@pytest.mark.usefixtures("tables")
@pytest.mark.urls("dctech.urls")
class TestAddress:
    def get(self, client, event, **headers):
        return client.get(f"/events/{event.event_id}/card.png", headers=headers)

    def test_it_answers_a_picture_that_caches_keep(self, client):
        event = make.event("🎉 Fair", START, location=None, city=None)
        event.create()
        response = self.get(client, event)
        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=86400"
        opened(response.content)
        again = self.get(client, event, if_none_match=response["ETag"])
        assert (again.status_code, again.content) == (304, b"")

    def test_it_changes_with_the_event(self, client):
        event = make.event(start=START)
        event.create()
        before = self.get(client, event)["ETag"]
        event.revise({"event_status": "CANCELLED"}, now=make.NOW)
        freshness.pages.clear()
        assert self.get(client, event)["ETag"] != before

    @pytest.mark.parametrize("version", ["1", "random", ""])
    def test_another_version_is_not_drawn(self, client, version):
        event = make.event(start=START)
        event.create()
        cards.draw.cache_clear()
        address = f"/events/{event.event_id}/card.png?v={{}}"
        right = address.format(int(make.NOW.timestamp()))
        moved = client.get(address.format(version))
        assert (moved.status_code, moved.url, moved["Cache-Control"]) == (302, right, "no-cache")
        assert client.get(f"{right}&v={version}").url == right
        assert cards.draw.cache_info().misses == 0
        assert client.get(right).status_code == 200
        assert cards.draw.cache_info().misses == 1

    @pytest.mark.parametrize(
        "values",
        [
            {"status": "pending"},
            {"status": "rejected"},
            {"withdrawn_at": make.NOW},
            {"hidden": True},
            {"duplicate_of": "another"},
        ],
    )
    def test_what_is_not_listed_has_none(self, client, values):
        event = make.event(start=START, **values)
        event.create()
        assert self.get(client, event).status_code == 404

    def test_what_is_over_or_was_never_has_none(self, client):
        over = make.event("Over", dt.datetime(2026, 1, 5, 18))
        over.create()
        assert self.get(client, over).status_code == 404
        assert self.get(client, make.event("Never", START)).status_code == 404


def test_other_pages_do_without_pillow():
    program = (
        "import django; django.setup(); import dctech.urls, sys; sys.exit('PIL' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
    )
