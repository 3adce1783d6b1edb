"""Harvesting what changed on arXiv over OAI-PMH, page by page, into lines in the shape of the metadata snapshot.

https://info.arxiv.org/help/oa/index.html and http://www.openarchives.org/OAI/openarchivesprotocol.html
"""
