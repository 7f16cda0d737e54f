"""What surrounds embedded organizations: the admin interface, the page, the server."""
