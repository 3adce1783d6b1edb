"""Looking papers up through the arXiv query API: few requests, arXiv's manners, no half answers.

Importing this loads the ``arxiv`` package, lxml and requests: import it where the look-up starts.
"""

from readlist.resolver.arxiv_api.client import ARXIV_URL, ArxivClient
from readlist.resolver.arxiv_api.events import Listener, Progress, Step
from readlist.resolver.arxiv_api.pace import DELAY, Pace, pace_folder
from readlist.resolver.arxiv_api.transport import retry_after, user_agent

__all__ = [
    "ARXIV_URL",
    "DELAY",
    "ArxivClient",
    "Listener",
    "Pace",
    "Progress",
    "Step",
    "pace_folder",
    "retry_after",
    "user_agent",
]
