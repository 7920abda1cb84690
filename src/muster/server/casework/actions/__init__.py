"""Every act on a use case, one module per kind of act."""

from muster.server.casework.actions.answering import Answered, answer, declare_protected
from muster.server.casework.actions.deciding import decide_gate, store_decision
from muster.server.casework.actions.opening import open_use_case
from muster.server.casework.actions.people import set_people
from muster.server.casework.actions.proof import attest, hand_in_document, hand_in_evidence
from muster.server.casework.actions.running import ask_for_run, stop_run
from muster.server.casework.actions.signing import parts, sign, withdraw
from muster.server.casework.actions.standing import rebuild, refresh, refresh_stale
from muster.server.casework.actions.versions import add_model, register_version

__all__ = [
    "Answered",
    "add_model",
    "answer",
    "ask_for_run",
    "attest",
    "decide_gate",
    "declare_protected",
    "hand_in_document",
    "hand_in_evidence",
    "open_use_case",
    "parts",
    "rebuild",
    "refresh",
    "refresh_stale",
    "register_version",
    "set_people",
    "sign",
    "stop_run",
    "store_decision",
    "withdraw",
]
