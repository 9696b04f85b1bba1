"""The walk itself: on a page with one fault of each kind, it must see them all."""

from tests.browser.walk import Visit, readers, validate, walk
from tests.servers import FeedServer, ok, status

POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self'"

FAULTY = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Faulty</title></head><body>
<p style="color: #777">Refused by the policy</p>
<div id="broad"><b style="x">broad</b></div>
<img src="http://192.0.2.1/tracker.png"><img src="/lost.png">
<script>
  document.getElementById("broad").style.width = "5000px";
  console.error("said on the console");
  throw new Error("raised");
</script></body></html>"""


def test_a_walk_sees_what_is_wrong():
    page = FAULTY.format(policy=POLICY).replace("default-src 'self'", "default-src 'self' http:")
    with FeedServer() as server:
        server["/faulty"] = ok(page.encode(), content_type="text/html; charset=utf-8")
        server["/lost.png"] = status(404)
        (seen,) = walk([Visit(server.url("/faulty"), axe=True)])
        lost = server.url("/lost.png")
    assert seen.status == 200
    assert seen.errors == ["Error: raised"]
    assert seen.foreign == ["http://192.0.2.1/tracker.png"]
    assert seen.failed == [f"404 {lost}"]
    assert "said on the console" in seen.console
    assert sum("Content Security Policy" in line for line in seen.console) == 2
    assert seen.wide[0] == "5008 px"
    assert '<div id="broad" style="width: 5000px;"><b style="x">broad</b></div>' in seen.wide
    assert {"html-has-lang", "image-alt"} <= {each["rule"] for each in seen.axe}


def test_words_that_stick_out_of_their_box_are_seen():
    page = f"<!DOCTYPE html><p>{'w' * 1000}</p>".encode()
    with FeedServer() as server:
        server["/"] = ok(page, content_type="text/html")
        (seen,) = walk([Visit(server.url("/"), width=390)])
    assert seen.wide[1].startswith("<p>www")


def test_invalid_html_is_seen():
    found = validate(
        {"wrong": "<!DOCTYPE html>\n<b><i>A</b></i>", "right": "<!DOCTYPE html>\n<p>A</p>"}
    )
    assert found["right"] == []
    assert [line.split()[1] for line in found["wrong"]] == ["close-order:"] * 2


def test_a_page_is_read_in_eight_ways():
    visits = readers("/")
    assert len({str(visit) for visit in visits}) == 8
    assert [visit.axe for visit in visits] == [visit.script for visit in visits]
