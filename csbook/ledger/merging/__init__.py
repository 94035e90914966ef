"""Merging: a batch into the ledger, from its rows to records with their history, every row accounted for."""
