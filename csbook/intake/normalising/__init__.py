"""Normalising: the cells of a form over a whole batch as typed columns, and what is wrong with a spelling."""
