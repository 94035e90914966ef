"""Reading: the ledger as tables, and records looked up."""
