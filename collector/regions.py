"""Names that tell where a place is: US states by code, name and ZIP, and other countries."""

from functools import cache
from importlib.resources import files

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "Virgin Islands",
}  # fmt: skip
STATE_BY_NAME = {name.casefold(): code for code, name in STATES.items()}

# First and last three-digit prefix (USPS, Publication 65), without military mail.
ZIP_PREFIXES = (
    (5, 5, "NY"), (6, 7, "PR"), (8, 8, "VI"), (9, 9, "PR"), (10, 27, "MA"), (28, 29, "RI"),
    (30, 38, "NH"), (39, 49, "ME"), (50, 54, "VT"), (55, 55, "MA"), (56, 59, "VT"),
    (60, 69, "CT"), (70, 89, "NJ"), (100, 149, "NY"), (150, 196, "PA"), (197, 199, "DE"),
    (200, 200, "DC"), (201, 201, "VA"), (202, 205, "DC"), (206, 219, "MD"), (220, 246, "VA"),
    (247, 268, "WV"), (270, 289, "NC"), (290, 299, "SC"), (300, 319, "GA"), (320, 339, "FL"),
    (341, 349, "FL"), (350, 369, "AL"), (370, 385, "TN"), (386, 397, "MS"), (398, 399, "GA"),
    (400, 427, "KY"), (430, 459, "OH"), (460, 479, "IN"), (480, 499, "MI"), (500, 528, "IA"),
    (530, 549, "WI"), (550, 567, "MN"), (570, 577, "SD"), (580, 588, "ND"), (590, 599, "MT"),
    (600, 629, "IL"), (630, 658, "MO"), (660, 679, "KS"), (680, 693, "NE"), (700, 714, "LA"),
    (716, 729, "AR"), (730, 732, "OK"), (733, 733, "TX"), (734, 749, "OK"), (750, 799, "TX"),
    (800, 816, "CO"), (820, 831, "WY"), (832, 838, "ID"), (840, 847, "UT"), (850, 865, "AZ"),
    (870, 884, "NM"), (885, 885, "TX"), (889, 898, "NV"), (900, 961, "CA"), (967, 968, "HI"),
    (970, 979, "OR"), (980, 994, "WA"), (995, 999, "AK"),
)  # fmt: skip

PROVINCES = frozenset(["AB", "BC", "MB", "NB", "NL", "NS", "ON", "PE", "QC", "SK"])

# What people write and the table of ISO 3166 does not say.
_ALSO_COUNTRIES = """
    UK; U.K.; United Kingdom; Great Britain; England; Scotland; Wales; Northern Ireland; Éire;
    Deutschland; Schweiz; Suisse; Svizzera; Österreich; España; Italia; Nederland; Holland;
    The Netherlands; Belgique; België; Danmark; Norge; Sverige; Suomi; Polska; Česko; Turkey;
    Türkiye; Brasil; México; UAE; U.A.E.; Korea; South Korea; Vietnam; Ivory Coast; Macedonia;
    Republic of Ireland; Ontario; Quebec; Québec; British Columbia; Alberta; Nova Scotia;
    Manitoba; Saskatchewan; New Brunswick
"""
# Codes that are a compass point or a word ("901 G St, SE", "Dept, IT") more often than a country.
_WORDS_NOT_CODES = frozenset(
    ["AI", "AM", "AT", "BE", "DO", "IO", "IS", "IT", "MY", "NO", "PM", "SE", "SO", "TO", "TV", "US"]
)


def state_code(text: str) -> str:
    """Return the two-letter code for a code or a full name in any case, or ""."""
    word = text.strip(" .,;()").replace(".", "")
    if word.upper() in STATES:
        return word.upper()
    return STATE_BY_NAME.get(" ".join(word.casefold().split()), "")


def state_of_zip(zip_code: str) -> str:
    """Return the state of a five-digit ZIP code (with or without +4), or ""."""
    if not zip_code[:5].isascii() or not zip_code[:5].isdigit():
        return ""
    prefix = int(zip_code[:3])
    return next((state for low, high, state in ZIP_PREFIXES if low <= prefix <= high), "")


@cache
def foreign_countries() -> tuple[frozenset[str], frozenset[str]]:
    """Return (names in casefold, ISO 3166 two-letter codes) of what is not the United States.

    Left out is whatever is also a state or a territory: Georgia, CA, DE, IN, Guam, ...
    The table is the tz database's, which the pinned tzdata package carries.
    """
    names = {name.strip().casefold() for name in _ALSO_COUNTRIES.split(";")}
    codes = set()
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        code, tab, name = line.partition("\t")
        if tab and not line.startswith("#"):
            names.add(name.partition(" (")[0].casefold())
            codes.add(code)
    names -= STATE_BY_NAME.keys() | {"united states", "samoa", "us minor outlying islands"}
    return frozenset(names), frozenset(codes - STATES.keys() - _WORDS_NOT_CODES)
