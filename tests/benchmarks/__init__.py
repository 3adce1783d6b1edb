"""Measurements: what is held, as ratios in one run. Not part of the test suite.

``python -m tests.benchmarks`` runs all of them, ``python -m tests.benchmarks export paint`` some.
"""
