"""Values become text here, and nothing else happens."""
