"""Database: where a ledger lies and how it is reached; its tables, and rows in bulk."""
