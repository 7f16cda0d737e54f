"""Everything about one run in one answer, for the command line's troubleshooting (D 17)."""
