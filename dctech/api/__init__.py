"""The JSON API: what all its endpoints share. Pages never import what is in here (see `prefix`)."""
