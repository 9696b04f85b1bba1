"""What submitting an event and submitting a group have in common."""
