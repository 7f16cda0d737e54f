"""What secrets, dashboards and notifications share: JSON of messages, errors, paging, routes."""
