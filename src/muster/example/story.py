"""The living example: what happened at Harbour Region before you came. Every proof is computed, every act recorded."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from muster.core.dossier import AnswerValue
from muster.core.process import Act
from muster.evidence.run import run_check
from muster.example import answers, texts, training
from muster.example.cast import ADMINISTRATOR, CAST, PASSWORD
from muster.example.desk import BrokenStoryError, Case, actor, done
from muster.example.training import PROTECTED, Trained
from muster.frameworks import open_framework
from muster.sdk import TOKEN_FILE
from muster.server.casework import actions
from muster.server.home import find_home
from muster.server.identity.actions import OPERATOR, IssuedToken, create_account, grant_role, issue_token
from muster.server.identity.models import Account
from muster.server.operations.actions import confirm_live, decide_release
from muster.server.policy.actions import publish
from muster.server.registry.models import Model, ModelVersion

Tell = Callable[[str], None]
TOKEN_SCOPES: tuple[Act, ...] = (
    "see",
    "open_use_case",
    "answer",
    "attest",
    "register_version",
    "hand_in_evidence",
    "read_ledger",
)


def build(tell: Tell) -> None:
    """Build the whole example in an empty installation; `tell` hears of each chapter as it begins.

    Raises:
        BrokenStoryError: when an act is refused; what was done until then stays, as everything in the ledger does.
    """
    for line, chapter in (
        ("people, and the starter framework", _found),
        ("a light-lane analysis", _wine_note),
        ("a model for job support, refused and mended", _job_support),
        ("a case that waits for your signature", _diabetes_outlook),
        ("a reader bought from a vendor", _form_digits),
        ("a critical model that has a way to go", _tumour_triage),
    ):
        tell(line)
        chapter()


def _found() -> None:
    for member in (ADMINISTRATOR, *CAST):
        made = create_account(
            OPERATOR,
            username=member.username,
            email=f"{member.username}@harbour.example",
            name=member.name,
            password=PASSWORD,
            is_admin=member is ADMINISTRATOR,
        )
        if not isinstance(made, Account):
            raise BrokenStoryError(str(made))
    done(publish(actor(ADMINISTRATOR.username), open_framework("starter")))
    for member in CAST:
        person = Account.objects.get(username=member.username).person_id
        grant_role(OPERATOR, person=person, role=member.role)
    _keep_token("li")


def _keep_token(username: str) -> None:
    """Let the SDK and the command line on this machine act as a data scientist; a token never signs."""
    person = Account.objects.get(username=username).person_id
    ends = timezone.now() + timedelta(days=90)
    issued = issue_token(OPERATOR, person=person, scopes=TOKEN_SCOPES, expires_at=ends, name="this machine")
    if not isinstance(issued, IssuedToken):
        raise BrokenStoryError(str(issued))
    file = find_home() / TOKEN_FILE
    file.touch(mode=0o600)
    file.write_text(issued.key + "\n", encoding="utf-8")


def _open(
    who: str,
    name: str,
    purpose: str,
    given: Mapping[str, AnswerValue],
    *,
    owner: str = "",
    protected: tuple[str, ...] = (),
    kind: str = Model.Kind.INTERNAL,
    slug: str,
) -> Case:
    owned_by = Account.objects.get(username=owner or who).person_id
    use_case = done(
        actions.open_use_case(
            actor(who), name=name, purpose=purpose, owner=owned_by, protected=protected, kind=kind, slug=slug
        )
    )
    done(actions.answer(actor(who, use_case), use_case, given))
    return Case(use_case)


def _wine_note() -> None:
    case = _open(
        "li",
        "Cultivar note",
        "One chart for the tasting meeting: which tests tell three cultivars apart.",
        answers.WINE_NOTE,
        slug="cultivar-note",
    )
    case.attest("li", texts.WINE_CARD)
    trained = training.wine_note()
    version = case.register("li", trained)
    case.check("li", version, "performance", trained.scored, label="is_first", prediction="says_first")
    case.sign("G1", [("li", "business_owner", "responsibility")])
    done(actions.decide_gate(actor("li", case.use_case), case.use_case, "G1"))


def _job_support() -> None:
    case = _open(
        "ana",
        "Job support",
        "Propose to case workers which residents without work to offer job support first.",
        answers.JOB_SUPPORT,
        protected=PROTECTED,
        slug="job-support",
    )
    case.attest("ana", texts.JOB_CARD)
    case.sign("G1", [("ana", "business_owner", "responsibility"), ("wei", "risk_manager", "approval")])
    case.attest("ana", texts.JOB_IDEATION)
    case.document("li", "ad_s3", "assumptions.md", texts.JOB_ASSUMPTIONS)
    case.document("ana", "hs_s2", "human-role.md", texts.JOB_HUMAN_ROLE)
    case.document("ana", "bh_s3", "impact-assessment.md", texts.JOB_IMPACT)
    case.document("dora", "dq_s2", "purpose.md", texts.JOB_PURPOSE)
    case.sign("G2", [("ana", "business_owner", "responsibility"), ("dora", "compliance_dpo", "review")])
    _job_version(case, training.job_support_unaware())
    mended = training.job_support_mended()
    version = _job_version(case, mended)
    case.document("li", "pm_s4", "monitoring-plan.md", texts.JOB_MONITORING, version)
    case.attest("tom", {"dm_s1": texts.ROLLBACK}, version)
    seen_by_mei = run_check("performance", mended.scored, now=timezone.now(), **_JOB_PERFORMANCE)
    figures = {figure.name: figure.value for figure in seen_by_mei.figures}
    case.document("mei", "pv_x2", "validation.md", texts.validation_report(version.number, figures), version)
    case.sign("G3", [("li", "data_scientist", "authorship")], version)
    case.sign("GP", [("tom", "ml_engineer", "responsibility")], version)
    _release(case, version, "preproduction")
    case.sign(
        "G4",
        [("mei", "model_validator", "review"), ("ana", "business_owner", "approval")],
        version,
        comment="The mended version offers support evenly; the limits are written down.",
    )
    _release(case, version, "production")


def _release(case: Case, version: ModelVersion, environment: str) -> None:
    """Let the ML engineer decide the release, which must pass, and put the version there."""
    tom = actor("tom", case.use_case)
    decision = done(decide_release(tom, version, environment))
    if not decision.passed:
        raise BrokenStoryError(f"{case.use_case.slug}@{version.number} was meant to pass: {decision.verdict_text}")
    done(confirm_live(tom, decision.permit))


_JOB_PERFORMANCE: dict[str, Any] = {"label": "without_work", "prediction": "offered", "score": "score"}


def _job_version(case: Case, trained: Trained) -> ModelVersion:
    """Register a version with its three proofs, and ask for production; the first is refused for what they show."""
    version = case.register("li", trained)
    case.check("li", version, "quality", trained.training, rules=_JOB_RULES)
    case.check("li", version, "performance", trained.scored, **_JOB_PERFORMANCE)
    case.check(
        "li", version, "fairness", trained.scored, label="without_work", prediction="offered", protected=list(PROTECTED)
    )
    decision = done(decide_release(actor("tom", case.use_case), version, "production"))
    if decision.passed:
        raise BrokenStoryError(f"version {version.number} of job support passed before anybody signed it")
    return version


_JOB_RULES = [
    {"rule": "missing", "column": "AGEP", "max_share": 0},
    {"rule": "range", "column": "AGEP", "min": 18, "max": 66},
    {"rule": "set", "column": "sex", "values": ["men", "women"]},
    {"rule": "set", "column": "without_work", "values": [0, 1]},
    {"rule": "unique", "column": "id"},
]


def _diabetes_outlook() -> None:
    case = _open(
        "ana",
        "Diabetes outlook",
        "Estimate how many places the diabetes programme needs next year.",
        answers.DIABETES_OUTLOOK,
        owner="you",
        slug="diabetes-outlook",
    )
    case.attest("ana", texts.DIABETES_CARD)
    case.sign("G1", [("ana", "business_owner", "responsibility")])
    case.attest("ana", texts.DIABETES_IDEATION)
    case.document("li", "ad_s3", "assumptions.md", texts.DIABETES_ASSUMPTIONS)
    case.document("dora", "dq_s2", "purpose.md", texts.DIABETES_PURPOSE)
    case.sign("G2", [("ana", "business_owner", "responsibility")])
    trained = training.diabetes_outlook()
    version = case.register("li", trained)
    rules = [
        {"rule": "missing", "column": "bmi", "max_share": 0},
        {"rule": "range", "column": "age", "min": 0, "max": 120},
    ]
    case.check("li", version, "quality", trained.training, rules=rules)
    case.check(
        "li", version, "performance", trained.scored, task="regression", label="progression", prediction="prediction"
    )
    case.document("li", "pm_s4", "monitoring-plan.md", texts.DIABETES_MONITORING, version)
    case.attest("tom", {"dm_s1": texts.ROLLBACK}, version)
    case.sign("G3", [("li", "data_scientist", "authorship")], version)
    case.sign("GP", [("tom", "ml_engineer", "responsibility")], version)
    case.sign("G4", [("mei", "model_validator", "review")], version)


def _form_digits() -> None:
    case = _open(
        "ana",
        "Form numbers",
        "Read handwritten form numbers in the mail room.",
        answers.FORM_DIGITS,
        kind=Model.Kind.VENDOR,
        slug="form-numbers",
    )
    case.attest("ana", texts.DIGITS_CARD)
    case.sign("G1", [("ana", "business_owner", "responsibility")])
    case.attest("ana", texts.DIGITS_IDEATION)
    trained = training.form_digits()
    version = case.register("li", trained, learned=False)
    case.check("li", version, "performance", trained.scored, label="is_one", prediction="prediction", score="score")


def _tumour_triage() -> None:
    case = _open(
        "ana",
        "Tumour triage",
        "Sort biopsies so that likely malignant ones are read first.",
        answers.TUMOUR_TRIAGE,
        protected=("age_band",),
        slug="tumour-triage",
    )
    case.attest("ana", texts.TUMOUR_CARD)
    case.sign("G1", [("ana", "business_owner", "responsibility"), ("wei", "risk_manager", "approval")])
    trained = training.tumour_triage()
    version = case.register("li", trained)
    case.check("li", version, "performance", trained.scored, label="malignant", prediction="prediction", score="score")
