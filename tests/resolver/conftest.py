"""Time and ears that the tests of the arXiv client share."""

from __future__ import annotations

import pytest

from tests.resolver.arxiv_support import Ears, FakeTime


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ears(fake: FakeTime) -> Ears:
    return Ears(fake)
