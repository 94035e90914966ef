"""Foreign workbooks: tables of other systems, read as rows of a form by a map."""
