"""Schedules, which projects call tasks and the scheduler calls periodics."""
