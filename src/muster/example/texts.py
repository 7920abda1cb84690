"""What people of the example wrote: statements and documents that no computer can compute for them."""

from collections.abc import Mapping

Texts = Mapping[str, str]

JOB_CARD: Texts = {
    "ad_l1": "Proposes whom case workers should offer job support first. Built from census microdata on residents of "
    "working age. Not to be used to refuse support, to sanction anybody, or outside the region.",
    "bh_l1": "Could harm: residents without work who are passed over. Most exposed: women and small "
    "ethnic groups, whose "
    "work histories the data describe least well.",
    "rt_l1": "Code in the repository of the data team, data in the read-only store, result in the case-work system.",
    "dm_l1": "Runs nightly on the region's managed servers. No copy exists on private computers.",
    "pv_l2": "Tom Okafor read the first results with us and asked for the figures by sex; they are in the proof.",
    "pm_l1": "The service lead looks at it every first Monday of a quarter, next on 4 January.",
}
JOB_IDEATION: Texts = {
    "te_l1": "Boosted trees rank needs clearly better than a linear score on this data, and each "
    "proposal can be explained "
    "by its largest contributions. A case worker decides.",
    "dq_l1": "American Community Survey, public-use microdata: published for such work, in the public domain.",
}
JOB_ASSUMPTIONS = """# Assumptions and limits

- Being without work in the survey week stands for needing support. It also counts people who do not look for work.
- Trained on one year and one state: the order of need is assumed to be stable for a year.
- Groups of fewer than 30 people are listed and do not decide; what happens to them is reviewed by hand.
"""
JOB_HUMAN_ROLE = """# The human role

A case worker sees the proposal with its reasons and decides. Whoever was not proposed can ask at any counter, and is
then
looked at without the model. Every decision against a proposal is recorded with its reason.
"""
JOB_IMPACT = """# Impact assessment

| who | what could happen | how likely, how bad | what is done |
| --- | --- | --- | --- |
| residents without work | not offered support they need | likely for some, months lost | even offers, before release |
| small groups | hidden by averages | likely | intersections are compared, groups under 30 by hand |
| case workers | follow proposals blindly | possible | overrides are counted from the first week |
"""
JOB_PURPOSE = """# Purpose and lawful basis

Public task of the employment service. Every field is used for the order of offers and for nothing else; sex and race
are
read only to compare groups and to set thresholds, never shown to case workers. Scores are deleted after 12 months.
"""
JOB_MONITORING = """# Monitoring plan

| what | how often | who | when to act |
| --- | --- | --- | --- |
| offers by sex and race | weekly | data science | ratio under 0.80 twice in a row |
| score distribution | weekly | data science | a shift that a case worker would notice |
| overrides by case workers | monthly | service lead | under 2 % or over 30 % |
"""
ROLLBACK = "Rolled back to the list sorted by date of registration and forward again on the test system; 11 minutes."

TUMOUR_CARD: Texts = {
    "ad_l1": "Sorts biopsies so that likely malignant ones are read first. Every biopsy is read by a "
    "pathologist. Not to be "
    "used to leave a biopsy unread.",
    "bh_l1": "Could harm: patients whose malignant biopsy is sorted late.",
    "rt_l1": "Code and result in the hospital's research repository.",
    "dm_l1": "Runs inside the laboratory system, on the hospital's servers.",
    "pv_l2": "Two pathologists went through the fifty highest and fifty lowest scores.",
    "pm_l1": "The head of pathology looks at it monthly.",
}
WINE_CARD: Texts = {
    "ad_l1": "Shows which chemical tests tell three cultivars apart. Thirteen tests, 178 wines. One "
    "chart for one meeting.",
    "dq_l1": "The wine table that is bundled with scikit-learn; published for teaching and research.",
    "te_l1": "A tree of depth three: anybody can read it aloud.",
    "bh_l1": "Nobody is decided about.",
    "rt_l1": "Notebook and chart in the laboratory's repository.",
    "dm_l1": "The shared notebook server.",
    "pv_l2": "Tom looked at the tree and found the split on flavanoids plausible.",
    "pm_l1": "Thrown away after the meeting.",
}
DIGITS_CARD: Texts = {
    "ad_l1": "Reads handwritten form numbers, bought from a vendor. Unsure readings go to a person. Not "
    "to be used for names.",
    "bh_l1": "Could harm: somebody whose form is filed under another number; found at the next counter visit.",
    "rt_l1": "The vendor's service; our acceptance test is in the repository of the data team.",
    "dm_l1": "The vendor's data centre in the Union.",
    "pv_l2": "Li Na compared two hundred readings with the paper forms.",
    "pm_l1": "The mail room lead looks at the share of unsure readings every month.",
}
DIGITS_IDEATION: Texts = {
    "te_l1": "How it reads is closed to us; a wrong number is found at the next step, and nothing is decided by it.",
    "dq_l1": "Our own forms. The acceptance test uses the digits table bundled with scikit-learn.",
}
DIABETES_CARD: Texts = {
    "ad_l1": "Estimates how many places the diabetes programme needs next year. Ten values of 442 "
    "patients, without names. Not "
    "to be used for single patients.",
    "bh_l1": "Could harm: too few places, so that people wait. The plan keeps a reserve of a tenth.",
    "rt_l1": "Code, data and result in the repository of the planning unit.",
    "dm_l1": "The planning unit's server.",
    "pv_l2": "Mei Tanaka compared the estimate with last year's places.",
    "pm_l1": "Looked at when next year's plan is made, in October.",
}
DIABETES_IDEATION: Texts = {
    "te_l1": "A forest: its error is known, and only the sum is used.",
    "dq_l1": "The diabetes table bundled with scikit-learn (Efron and others, 2004).",
}
DIABETES_ASSUMPTIONS = """# Assumptions and limits

- The sum of estimates is used, never one estimate.
- Patients of next year resemble those of the table.
"""
DIABETES_PURPOSE = """# Purpose and lawful basis

Planning of a public programme with pseudonymised values. No linking back, deleted after the plan is adopted.
"""
DIABETES_MONITORING = """# Monitoring plan

Compare planned and used places each quarter. More than a tenth apart: estimate anew.
"""


def validation_report(version: int, figures: Mapping[str, float | None]) -> str:
    """Return the validator's report on a version; the figures are those that the validator computed."""
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in sorted(figures.items()) if value is not None)
    return (
        f"# Independent validation of version {version}\n\n"
        "I computed the check of performance again from the scored data, in an environment of my own:\n\n"
        f"| figure | value |\n| --- | --- |\n{rows}\n\n"
        "I tried to explain the offers without the model (age and schooling alone) and could not come close. "
        "Open question for operations: what case workers do with proposals near the threshold.\n"
    )
