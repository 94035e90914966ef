"""Reminders and hand-over pages."""
