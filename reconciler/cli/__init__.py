"""The command line: the only part that knows click, terminals, signals and exit codes."""
