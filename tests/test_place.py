"""Where made-up and well-known addresses are, and how people attend."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.attendance import location_type
from collector.place import Place, is_elsewhere, locate

DMV = ["DC", "MD", "VA"]
DC = Place("Washington", "DC")
UNKNOWN = Place()
ELSEWHERE = Place(elsewhere=True)


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Washington, D.C.", DC),
        ("NW Washington DC 20005", DC),
        ("washington dc", DC),
        ("Washington, D. C. 20001", DC),
        ("Georgetown, DC", DC),
        ("DC", DC),
        ("Sample Bar (1000 14th Street Northwest, WashingtonD.C., DC 20005)", DC),
        ("11 Sample Cir NW, Washington, District of Columbia", DC),
        ("MLK Library\n901 G St NW\nWashington, DC 20001\nUnited States", DC),
        ("901 G STREET NW, WASHINGTON, DC, 20001-1234", DC),
        ("Washington DI", DC),
        ("Washington, CD", DC),
        ("Sample Bar, 1 U St NW Washington DC 20009, USA, Washington, WA, 20009", DC),
        ("2000 P Street Northwest  Washington", DC),
        ("Washington", DC),
        ("Washington, United States", DC),
        ("Washington, DC area", DC),
        ("Arlington, VA", Place("Arlington", "VA")),
        ("ARLINGTON VA", Place("Arlington", "VA")),
        ("arlington, va", Place("Arlington", "VA")),
        ("1 Sample Blvd, Arlington, va 22209, USA", Place("Arlington", "VA")),
        ("Arlington (VA)", Place("Arlington", "VA")),
        ("McLean VA 22102", Place("McLean", "VA")),
        ("Alexandria, Va.", Place("Alexandria", "VA")),
        ("Washington, VA 22747", Place("Washington", "VA")),
        ("Tysons, Virginia", Place("Tysons", "VA")),
        ("Northern Virginia", Place("", "VA")),
        ("Southern Maryland", Place("", "MD")),
        ("Virginia Sample Park\n1 S Hayes St, Arlington, VA  22202", Place("Arlington", "VA")),
        ("1 Sample Drive, 8th Floor North \u200bMcLean, VA 22102", Place("McLean", "VA")),
        ("Sample University; 1 N Glebe Rd, Arlington, VA 22201", Place("Arlington", "VA")),
        ("Sample Hall | 1 Sample Tower Rd | Tysons, VA", Place("Tysons", "VA")),
        (
            "Gaylord National Resort & Convention Center, National Harbor, MD",
            Place("National Harbor", "MD"),
        ),
        ("Fort Washington, MD", Place("Fort Washington", "MD")),
        ("1 SAMPLE AVE STE 100 CHEVY CHASE, MD 20815-9996", Place("Chevy Chase", "MD")),
        ("BrainSample New York, New York City, NY", Place("New York City", "NY")),
        ("La Crosse, WI", Place("La Crosse", "WI")),
        ("San Juan, PR", Place("San Juan", "PR")),
        ("New York", Place("New York", "NY")),
        ("Seattle, Washington", Place("Seattle", "WA")),
        ("Port Washington, NY", Place("Port Washington", "NY")),
    ],
)
def test_city_and_state(location, place):
    assert locate(location) == place


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Fairfax, VA (Room 5)", Place("Fairfax", "VA")),
        ("Bethesda MD - ring the bell", Place("Bethesda", "MD")),
        ("Tysons, VA \u2014 Boro Station", Place("Tysons", "VA")),
        ("Near Metro, Vienna, VA: room 3", Place("Vienna", "VA")),
        ("Sample Cafe NE", UNKNOWN),
        ("Sample Embassy Berlin DE", UNKNOWN),
    ],
)
def test_a_state_that_more_words_follow(location, place):
    assert locate(location) == place


@pytest.mark.parametrize(
    ("location", "region"),
    [
        ("1600 S Sample St, 22202", "VA"),
        ("1600 S Sample St 20166-1234", "VA"),
        ("1 Sample Ave, 20814", "MD"),
        ("1 Sample Ave, 20036", "DC"),
        ("1 Sample Ave, 10003", "NY"),
        ("Room 20001", ""),
        ("Berlin 10115", ""),
        ("Annecy, 74000", ""),
        ("1 Sample Ave, 00001", ""),
    ],
)
def test_a_zip_code_decides_only_behind_an_american_street(location, region):
    assert locate(location).region == region


@pytest.mark.parametrize(
    "location",
    [
        "",
        "Location TBD",
        "Venue details will be shared with registered attendees",
        "Sample Park Conference Center",
        "901 G St NW",
        "University of Washington",
        "Kramers, Washington",
        "Greater Washington",
        "Washington County Training Center",
        "Sample Library",
        "VA conference room",
        "come in or me, hi",
        "see you there, ok",
        "drop in",
        "me",
        "SIGN IN",
        "Embassy of Finland",
        "901 G St, SE",
        "United States",
        "https://example.org/Arlington,VA",
    ],
)
def test_what_is_unclear_stays_unknown(location):
    assert locate(location) == UNKNOWN


@pytest.mark.parametrize(
    "location",
    [
        "Paris, France",
        "Toronto, ON, Canada",
        "Toronto, ON",
        "Toronto, Ontario",
        "1 King St W, Toronto, ON M5H 1A1",
        "Sample Hall, Manchester M16 7BA UK",
        "Sample Street 1, 1114 Hungary",
        "Sample Hotel - Barcelona, CT, es",
        "Sample Hall, Colmar, FR, 68000",
        "1 Samplestr.\n10115 Berlin\nDeutschland",
    ],
)
def test_a_place_outside_the_united_states_is_no_state(location):
    assert locate(location) == ELSEWHERE


def test_a_country_that_is_also_a_state_is_the_state():
    assert locate("Atlanta, Georgia") == Place("Atlanta", "GA")


def test_a_room_named_like_a_country_is_where_the_address_is():
    assert locate("Room Cuba, Sample Office, Reston, VA") == Place("Reston", "VA")


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("", "in_person"),
        ("Location TBD", "in_person"),
        ("901 G St NW, Washington, DC", "in_person"),
        ("Online", "virtual"),
        ("Virtually.", "virtual"),
        ("Online event", "virtual"),
        ("Online, Washington, DC", "virtual"),
        ("Basel, Virtual, Switzerland", "virtual"),
        ("Online via Zoom (Link will be sent to people who register.)", "virtual"),
        ("Zoom Meeting ID: 123 456 789 Passcode: 99", "virtual"),
        ("Google Meet (link to follow)", "virtual"),
        ("Microsoft Teams Meeting", "virtual"),
        ("Remote / Zoom", "virtual"),
        ("Conference Call", "virtual"),
        ("Webinar - see below", "virtual"),
        ("https://us02web.zoom.us/j/1?pwd=x", "virtual"),
        ("https://meet.google.com/abc-defg-hij", "virtual"),
        ("https://events.teams.microsoft.com/event/1", "virtual"),
        ("https://zoom.us.example.com/j/1", "in_person"),
        ("https://example.org/online/zoom", "in_person"),
        ("Onlinelab, Reston, VA", "in_person"),
        ("Zoom Room Dog Training, Arlington", "in_person"),
        ("Zoom Room Dog Training, 12 Main St, Arlington, VA", "in_person"),
        ("Remote Area Medical", "in_person"),
        ("Wilson Teams Hall", "in_person"),
        ("Virtual Academy High School, 1 Sample Ln, El Dorado, CA 95623", "in_person"),
        ("Virtual Reality Lab, 12 Main St, Reston, VA", "in_person"),
        ("YouTube Space, 1 Main St, New York, NY", "in_person"),
        ("Hybrid", "hybrid"),
        ("Hybrid Coworking, 12 Main St, Reston, VA", "in_person"),
        ("In person and online", "hybrid"),
        ("123 Main St, Arlington, VA and online via Zoom", "hybrid"),
        ("901 G St NW, Washington, DC https://zoom.us/j/1", "hybrid"),
        ("Sample Library + Zoom", "hybrid"),
    ],
)
def test_location_type_by_location(location, kind):
    assert location_type(location) == kind


@pytest.mark.parametrize(
    ("summary", "location", "url", "kind"),
    [
        ("[Virtual] Rust", "", "", "virtual"),
        ("Rust - Online", "", "", "virtual"),
        ("Webinar: identity", "Arlington, VA", "", "virtual"),
        ("Rust via Zoom", "", "", "virtual"),
        ("Virtual meetup: Kafka", "901 G St NW", "", "hybrid"),
        ("Rust (Hybrid)", "901 G St NW, Washington, DC", "", "hybrid"),
        ("Rust, in-person & online", "", "", "hybrid"),
        ("Hybrid Cloud Night", "1 Main St, Reston, VA", "", "in_person"),
        ("Hybrid-cloud night", "1 Main St, Reston, VA", "", "in_person"),
        ("Virtual Reality Night", "", "", "in_person"),
        ("Online Safety", "901 G St NW", "", "in_person"),
        ("Building online communities", "", "", "in_person"),
        ("Rust", "", "https://us02web.zoom.us/j/1", "virtual"),
        ("Rust", "901 G St NW", "https://zoom.us/j/1", "hybrid"),
        ("Rust", "", "https://notzoom.us/", "in_person"),
        ("Rust", "", "https://example.org/zoom.us/1", "in_person"),
    ],
)
def test_location_type_by_title_and_link(summary, location, url, kind):
    assert location_type(location, url=url, summary=summary) == kind


@pytest.mark.parametrize(
    ("place", "kind", "elsewhere"),
    [
        (Place("Reston", "VA"), "in_person", False),
        (Place("Reston", "VA"), "hybrid", False),
        (Place("Reston", "VA"), "virtual", False),
        (UNKNOWN, "in_person", False),
        (UNKNOWN, "hybrid", False),
        (Place("Boston", "MA"), "in_person", True),
        (Place("Boston", "MA"), "hybrid", False),
        (Place("Boston", "MA"), "virtual", False),
        (ELSEWHERE, "in_person", True),
        (ELSEWHERE, "hybrid", False),
        (ELSEWHERE, "virtual", False),
    ],
)
def test_only_attendance_in_a_clear_other_place_is_elsewhere(place, kind, elsewhere):
    assert is_elsewhere(place, kind, DMV) is elsewhere


ANY = st.text(max_size=60) | st.text(alphabet="ab ,;()-\n.VADC20001\u200b\ud800\x00", max_size=60)


@settings(deadline=None)
@given(ANY)
def test_any_text_is_located(location):
    place = locate(location)
    assert place.region == "" or len(place.region) == 2
    assert not (place.elsewhere and place.region)


@settings(deadline=None)
@given(ANY, ANY, ANY)
def test_any_text_has_a_location_type(location, url, summary):
    kind = location_type(location, url=url, summary=summary)
    assert kind in {"in_person", "virtual", "hybrid"}


def test_only_the_beginning_of_an_endless_location_is_read():
    assert locate("x" * 2000 + ", Arlington, VA") == UNKNOWN
    assert location_type("(" * 100_000 + "zoom") == "in_person"
