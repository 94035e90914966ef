"""Self-check: the formulas by which 自检 says at the desk what ingest will say."""
