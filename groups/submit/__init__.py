"""Submitting a group, whose feed is read at once."""
