"""What surrounds an embedded organization: faults, the admin interface, the page, the server."""
