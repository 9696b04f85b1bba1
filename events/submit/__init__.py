"""Submitting an event."""
