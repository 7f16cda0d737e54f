"""Markdown for comments on pull requests: nothing in it breaks out, and no danger falls out."""
