"""What can go wrong between a client and Muster.

MusterError
├── CouldNotAskError      no answer: no connection, no token, not Muster
└── RefusedError          an answer that says no, with its reason
    └── NotFoundError     what was named is not there, or not for these eyes
"""

from muster.contract.problem import ProblemOut


class MusterError(Exception):
    """The root of every error that the client raises; its text says what is wrong and what to do."""


class CouldNotAskError(MusterError):
    """There was no usable answer."""


class RefusedError(MusterError):
    """Muster said no; `problem` holds the reason for programs."""

    def __init__(self, problem: ProblemOut) -> None:
        super().__init__(problem.detail or problem.title)
        self.problem = problem


class NotFoundError(RefusedError):
    """What was named is not there, or not for these eyes: nobody can tell which."""
