"""The site in its two languages: the path says which, and nothing else."""

import datetime as dt

import pytest
from django.urls import clear_url_caches
from django.utils import timezone, translation
from django.views import defaults

from dctech import freshness
from events import sharing
from events.models import Category
from tests import make
from tests.test_pages import DAY, now, page

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

SECTIONS = {
    "/": "Próximos eventos",
    "/virtual/": "Eventos en línea",
    "/locations/": "Lugares",
    "/locations/va/": "Eventos en VA",
    "/categories/": "Categorías",
    "/groups/": "Grupos",
    "/events/": "Todos los eventos",
    "/search/": "Buscar",
    "/feeds/": "Suscribirse",
    "/about/": "Cómo aparecer en el calendario",
    "/just-added/": "Recién agregados",
}
ONE_ADDRESS = (
    "/events.ics",
    "/events.rss",
    "/events.csv",
    "/newsletter.html",
    "/newsletter.txt",
    "/categories.json",
    "/sitemap.xml",
    "/robots.txt",
    "/events-feed.xml",
    "/edit/submit-event.html",
)


@pytest.fixture
def spanish_site(settings):
    """The site turned round: Spanish without a prefix, English with one."""
    settings.LANGUAGE_CODE = "es"
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.mark.parametrize("address", SECTIONS)
def test_each_section_is_there_in_both_languages(client, address):
    english, spanish = page(client, address), page(client, f"/es{address}")
    assert '<html lang="en">' in english
    assert '<html lang="es">' in spanish
    assert f"<h1>{SECTIONS[address]}</h1>" in spanish or f">{SECTIONS[address]}</h2>" in spanish
    assert f"<h1>{SECTIONS[address]}" not in english


@pytest.mark.parametrize("address", ["/", "/es/", "/events/?region=VA", "/es/groups/", "/es/no/"])
@pytest.mark.parametrize("asked", ["en", "es", "fr"])
def test_neither_header_nor_cookie_has_a_say(client, address, asked):
    client.cookies["django_language"] = asked
    response = client.get(address, headers={"Accept-Language": asked})
    language = "es" if address.startswith("/es/") else "en"
    assert f'<html lang="{language}">' in response.content.decode()
    assert "Vary" not in response.headers


@pytest.mark.parametrize("address", ONE_ADDRESS)
def test_what_machines_read_has_one_address(client, address):
    assert client.get(address).status_code in {200, 301, 302}
    assert client.get(f"/es{address}").status_code == 404


def test_a_page_names_itself_in_both_languages(client, settings):
    settings.SITE_URL = "https://example.org"
    query = "?region=VA&amp;free=1"
    for address in (f"/events/{query}", f"/es/events/{query}"):
        html = page(client, address.replace("&amp;", "&"))
        for code, path in (("en", "/events/"), ("es", "/es/events/"), ("x-default", "/events/")):
            link = f'rel="alternate" hreflang="{code}" href="https://example.org{path}{query}"'
            assert html.count(link) == 1
    html = page(client, "/events/?region=VA&free=1")
    assert f'<a href="/es/events/{query}" hreflang="es" lang="es">Español</a>' in html
    html = page(client, "/es/events/?region=VA&free=1")
    assert f'<a href="/events/{query}" hreflang="en" lang="en">English</a>' in html


def test_an_events_page_leads_to_itself_and_out_to_the_files_of_one_address(client, now):
    event = make.event("Python Night", now + DAY)
    event.create()
    path = f"/events/{event.event_id}/"
    html = page(client, f"/es{path}python-night/")
    assert f'<a href="{path}python-night/" hreflang="en" lang="en">English</a>' in html
    assert f'rel="canonical" href="http://127.0.0.1:8000/es{path}python-night/"' in html
    assert f'href="{path.removesuffix("/")}.ics"' in html
    assert f"{path}card.png" in html
    assert "/es" not in client.get("/events.csv").content.decode()
    assert client.get(f"/es{path}").url == f"/es{path}python-night/"


def test_a_page_that_is_not_there_says_so_in_its_language(client):
    assert "Esta página no existe" in page(client, "/es/nothing/", 404)
    english = page(client, "/nothing/", 404)
    assert "There is no such page" in english
    assert '<a href="/es/" hreflang="es"' in english
    assert 'rel="alternate" hreflang' not in english
    for address in ("/en/", "/es-mx/", "/es"):
        assert client.get(address).status_code in {301, 404}


@pytest.mark.parametrize(
    "address", ["/es/%FF/", "/es/groups/%FF%FE/", "/es//a", "/%C3%28", "/es/%2Fx/"]
)
def test_an_address_that_is_no_text_is_just_not_there(client, address):
    assert client.get(address).status_code == 404


def test_the_last_pages_are_in_the_language_too(rf):
    with translation.override("es"):
        assert "La falla es nuestra" in defaults.server_error(rf.get("/")).content.decode()
        bad = defaults.bad_request(rf.get("/"), ValueError()).content.decode()
    assert "No se puede leer esa dirección" in bad
    assert '<html lang="es">' in bad


def test_a_copy_is_of_one_language(client, now):
    freshness.pages.clear()
    make.event("Night", now + DAY, location=None).create()
    for _ in range(2):
        assert "Place to be announced" in page(client, "/")
        assert "Lugar por anunciar" in page(client, "/es/")


def test_spanish_dates_and_times(client):
    start = dt.datetime(2036, 9, 4, 18, 30)
    event = make.event("Night", start, previous_start=dt.datetime(2036, 9, 3, 12))
    event.create()
    html = page(client, f"/es/events/{event.event_id}/night/")
    assert ">Jueves, 4 de septiembre de 2036</a>, 6:30 p.\xa0m.</time>" in html
    assert ">a 8:30 p.\xa0m.</time>" in html
    assert "estaba previsto para el miércoles, 3 de septiembre, mediodía" in html
    week = page(client, "/es/week/2036-W36/")
    assert "<h1>Del 1 de septiembre al 7 de septiembre de 2036</h1>" in week
    assert '<span class="weekday">Jueves</span> <span class="date">4 de septiembre</span>' in week
    assert "<h1>Septiembre de 2036</h1>" in page(client, "/es/2036/9/")
    with translation.override("es"):
        assert sharing.when(event) == "Jueves, 4 de septiembre de 2036, 6:30 p.\xa0m."


def test_what_is_counted_is_counted_in_spanish(client, now):
    lead = "{} en los próximos 180 días, {}"
    assert lead.format("0 eventos", "presenciales y en línea.") in page(client, "/es/events/")
    for number, said in enumerate(["1 evento", "2 eventos"]):
        make.event(f"Event {number}", now + DAY).create()
        freshness.pages.clear()
        in_person = "presencial" if number == 0 else "presenciales"
        assert lead.format(said, f"{in_person} y en línea.") in page(client, "/es/events/")


def test_a_filter_is_said_and_refused_in_spanish(client):
    Category("category", "data", name="Data").save()
    html = page(client, "/es/events/?region=MD,VA&weekday=sat,sun&time=evening&not=java")
    for said in ("MD o VA", "Sábado o Domingo", "Noche", "sin “java”"):
        assert f'<span class="tag">{said}</span>' in html
    html = page(client, "/es/events/?time=tea", 400)
    assert "No existe time &#x27;tea&#x27;; las opciones son morning, afternoon, evening." in html


@pytest.mark.usefixtures("spanish_site")
def test_a_spanish_site_has_english_at_a_prefix(client):
    today = timezone.now().date()
    assert '<html lang="es">' in page(client, "/groups/")
    english = page(client, "/en/groups/")
    assert '<html lang="en">' in english
    assert '<a href="/groups/" hreflang="es" lang="es">Español</a>' in english
    assert 'hreflang="x-default" href="http://127.0.0.1:8000/groups/"' in english
    assert page(client, f"/en/day/{today:%Y-%m-%d}/").count("Grupos") == 0
    assert "la próxima semana" in page(client, "/newsletter.txt")
    assert client.get("/es/groups/").status_code == 404
