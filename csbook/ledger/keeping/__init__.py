"""Keeping: backup, restore, retention and purge, upgrade and another key."""
