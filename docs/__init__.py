"""Guides, and the command that draws their pictures."""
