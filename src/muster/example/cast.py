"""The people of the living example, and how they sign in."""

from dataclasses import dataclass

PASSWORD = "passes-muster-example"  # noqa: S105 # of made-up people, on loopback, printed at start
"""The same for everybody: this organisation does not exist."""


@dataclass(frozen=True)
class Member:
    """A person of the example: how they sign in, what they are called, and the role held organisation-wide."""

    username: str
    name: str
    role: str


CAST = (
    Member("you", "You, the visitor", "business_owner"),
    Member("ana", "Ana Costa", "business_owner"),
    Member("li", "Li Na", "data_scientist"),
    Member("tom", "Tom Okafor", "ml_engineer"),
    Member("mei", "Mei Tanaka", "model_validator"),
    Member("wei", "Wei Zhang", "risk_manager"),
    Member("dora", "Dora Novak", "compliance_dpo"),
    Member("sam", "Sam Rivers", "executive_sponsor"),
    Member("ada", "Ada Lindqvist", "internal_audit"),
)
ADMINISTRATOR = Member("root", "Root, account administration", "")
