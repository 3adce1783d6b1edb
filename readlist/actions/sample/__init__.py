"""A small sample: two listings of true papers with summaries of our own, and the records that they are.

Bibliographic facts are arXiv's (its metadata is CC0).
"""
