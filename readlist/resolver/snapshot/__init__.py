"""A local index over the arXiv metadata snapshot: every record, found by id, title, title words or abstract."""
