"""The pages for a browser: what an organization holds, what runs in it, what was asked of it."""
