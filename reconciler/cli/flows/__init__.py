"""What each command goes through, from settings to exit code; loaded when one is run."""
