"""The data of the site as it was before: a repository of YAML files, and what each becomes here.

`files` and `reading` know YAML and single values, one module per folder knows what its files mean (all pure),
`stored` knows the tables, `migration` puts them together and `roundtrip` checks that nothing was lost.
"""

from collector.live_site.files import BrokenFile, LiveSiteError, NotALiveSite
from collector.live_site.groups import read_groups
from collector.live_site.legacy import legacy_hashes

__all__ = ["BrokenFile", "LiveSiteError", "NotALiveSite", "legacy_hashes", "read_groups"]
