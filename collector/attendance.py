"""How people attend: in person, online, or either. Keywords, read with an eye on the address."""

import re

from collector.address import has_street, plain

_MEETING_HOST = re.compile(
    r"(?<![\w.-])(?<![^/\s]/)(?:[\w-]+\.)*(?:zoom\.us|zoomgov\.com|"
    r"meet\.google\.com|hangouts\.google\.com|"
    r"teams\.microsoft\.com|teams\.live\.com|webex\.com|gotomeeting\.com|gotowebinar\.com|"
    r"goto\.com|meet\.jit\.si|skype\.com|whereby\.com|streamyard\.com|crowdcast\.io|airmeet\.com|"
    r"hopin\.com|gather\.town|riverside\.fm|youtube\.com|youtu\.be|twitch\.tv|vimeo\.com|"
    r"livestream\.com|ustream\.tv|discord\.gg|discord\.com)(?![\w.-])",
    re.IGNORECASE,
)
_URL = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)
_SERVICE = (
    r"zoom|google\s+(?:meet|hangouts?)|(?:microsoft|ms)\s+teams|teams\s+(?:call|meeting)|webex|"
    r"go\s?to\s?(?:meeting|webinar)|jitsi|skype|discord|twitch|youtube(?:\s+live)?"
)
# Enough in a LOCATION that has no address.
_ONLINE = re.compile(
    rf"\b(?:{_SERVICE}|virtual(?:ly)?(?:\s+(?:meeting\s+)?(?:room|classroom))?|"
    r"on-?line(?:\s+classroom)?|webinars?|webcast|live\s?-?stream(?:ed|ing)?|"
    r"(?:conf(?:erence)?|video)\s+call|video\s?conference)\b",
    re.IGNORECASE,
)
# Enough only where it stands alone: "Remote Area Medical" and "Teams Hall" are somewhere.
_ONLINE_ALONE = re.compile(r"\b(?:remote(?:ly)?|teams|internet|cyberspace)\b", re.IGNORECASE)
_NOT_ONLINE = re.compile(
    r"\b(?:virtual\s+(?:realit\w+|machines?|assistants?|worlds?|production)|zoom\s+rooms?|"
    r"remote\s+(?:sensing|work\w*)|online\s+(?:safety|privacy|security|communit\w+|dating|"
    r"harassment|advertising|marketing))\b",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\bhybrid\b", re.IGNORECASE)
_IN_PERSON = re.compile(r"\bin[\s-]person\b", re.IGNORECASE)
_VENUE = re.compile(
    r"\b(?:academy|auditorium|bar|brewery|building|cafe|café|campus|cent(?:er|re)|church|college|"
    r"floor|hall|headquarters|hotel|hq|lab|library|museum|office|park|restaurant|room|school|"
    r"studio|suite|theat(?:er|re)|university)\b",
    re.IGNORECASE,
)
# Words that say how to join, and so leave "Zoom" standing alone.
_FILLER = re.compile(
    r"\b(?:a|after|and|at|attendance|attendees?|be|by|call|code|conf(?:erence)?|connection|"
    r"description|details?|emailed|event|for|free|from|hybrid|id|in|info(?:rmation)?|invite|"
    r"is|join|link|live|meeting|meetup|on|only|option|or|passcode|password|person|"
    r"participants?|provided|register(?:ed|ing)?|registration|rsvp|see|sent|session|"
    r"share[ds]?|simultaneously|stream(?:ed|ing)?|tbd|tba|the|this|to|upon|url|us|via|who|"
    r"will|with|you|your)\b"
    r"|[\W\d_]+",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"[,;/|()\[\]<>+&:]|\s[-\u2013\u2014]\s|\s(?:and|or)\s", re.IGNORECASE)

_KIND_OF_MEETING = (
    r"(?:event|meeting|meet-?up|workshop|session|class|course|conference|summit|hackathon|talk|"
    r"training|panel|edition|only|office\s+hours?|happy\s+hour|gathering|hangout|lunch|social|"
    r"format|attendance)"
)


def _announces(words: str) -> re.Pattern[str]:
    """Return what finds the words as a mark on a title: "[Virtual] X", "X - Online", "X (hybrid)".

    A hyphen without spaces is part of a word: "Hybrid-cloud night" is no hybrid event.
    """
    mark = rf"(?:{words})(?:\s+{_KIND_OF_MEETING})?"
    return re.compile(
        rf"^\W*(?:{words})(?:\s*[:|\])]|\s+[-\u2013\u2014]\s)|[(\[]\s*{mark}\s*[)\]]|"
        rf"(?:[:|]|\s[-\u2013\u2014]\s)\s*{mark}\W*$|"
        rf"\b(?:{words})\s+{_KIND_OF_MEETING}\b|^\W*(?:{words})\W*$",
        re.IGNORECASE,
    )


_TITLE_HYBRID = _announces("hybrid")
_TITLE_ONLINE = _announces("virtual|on-?line|remote|zoom|live\\s?-?stream(?:ed)?|webcast")
_TITLE_SAYS_ONLINE = re.compile(rf"\bwebinar\b|\b(?:via|on|over)\s+(?:{_SERVICE})\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\bin[\s-]person\s*(?:and|or|&|/|\+|,)\s*(?:virtual|on-?line|remote|zoom)\b|"
    r"\b(?:virtual|on-?line|remote|zoom)\s*(?:and|or|&|/|\+|,)\s*in[\s-]person\b",
    re.IGNORECASE,
)


def location_type(location: str, *, url: str = "", summary: str = "") -> str:
    """Return in_person, virtual or hybrid; in_person where nothing says otherwise.

    A word such as "online" beside a street or a venue counts only where it stands on its own
    ("Online / 901 G St NW" is hybrid, "Zoom Room Dog Training, 12 Main St" in person). A title
    counts where it is marked ("[Virtual] X"), not where online is its subject.
    """
    text, title = plain(location), plain(summary)
    if _is_hybrid(text, title):
        return "hybrid"
    online, rest = _online_parts(_URL.sub(" , ", text))
    online = online or bool(_MEETING_HOST.search(text) or _MEETING_HOST.search(url))
    if not (online or _TITLE_ONLINE.search(title) or _TITLE_SAYS_ONLINE.search(title)):
        return "in_person"
    physical = _VENUE.search(rest) or _IN_PERSON.search(text) or has_street(rest)
    return "hybrid" if physical else "virtual"


def _is_hybrid(text: str, title: str) -> bool:
    if _TITLE_HYBRID.search(title) or _BOTH.search(title) or _BOTH.search(text):
        return True
    return any(
        _HYBRID.search(part) and not _FILLER.sub("", part).strip() for part in _SEGMENTS.split(text)
    )


def _online_parts(text: str) -> tuple[bool, str]:
    """Return (whether some part of the text says online, the other parts)."""
    parts = [part.strip() for part in _SEGMENTS.split(text)]
    if not _ONLINE.search(text) and not _ONLINE_ALONE.search(text):
        return False, text
    address = has_street(text)
    online = [part for part in parts if _says_online(part, address=address)]
    return bool(online), ", ".join(part for part in parts if part and part not in online)


def _says_online(part: str, *, address: bool) -> bool:
    words = _NOT_ONLINE.sub(" venue ", part)
    if not _ONLINE.search(words) and not _ONLINE_ALONE.search(words):
        return False
    others = _FILLER.sub("", _ONLINE_ALONE.sub("", _ONLINE.sub("", words)))
    if not others:
        return True
    return bool(_ONLINE.search(words)) and not address and not _VENUE.search(_ONLINE.sub("", words))
