"""Which arXiv record is a paper? Candidates are found, evidence is named, evidence decides."""
