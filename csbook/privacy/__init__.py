"""Privacy: masks, detection of personal data in text, redaction."""
