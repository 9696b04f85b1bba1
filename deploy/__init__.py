"""Makes what Lambda gets: `python -m deploy package prod`. Never part of it."""
