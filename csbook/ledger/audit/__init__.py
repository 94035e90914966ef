"""Audit: what shows that nothing was changed past csbook: a chain of entries, seals of rows, and their verification."""
