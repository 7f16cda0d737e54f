"""What people want to know first of a run, said once for all formats that dress it."""
