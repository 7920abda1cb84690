"""What the owners of the example's use cases answered (question of the starter framework → answer)."""

from collections.abc import Mapping

from muster.core.dossier import AnswerValue

_COMMON: Mapping[str, AnswerValue] = {"q0_prohibited": ("none",), "q1_regions": ("eu",), "q9_vendor": False}

JOB_SUPPORT: Mapping[str, AnswerValue] = {
    **_COMMON,
    "q1_domain": ("essential_public_services",),
    "q9_channel": ("internal_app",),
    "q2_audience": "identified_customers",
    "q2_affected": ("citizens",),
    "q2_scale": "under_1m",
    "q1_personal": "personal",
    "q4_worst": "moderate",
    "q4_effect": "significant",
    "q4_automation": "human_decides",
    "q6_outcome": "days_to_months",
    "q8_need": "audit_or_regulator",
    "q8_method": "post_hoc_explainable",
}
TUMOUR_TRIAGE: Mapping[str, AnswerValue] = {
    **_COMMON,
    "q1_domain": ("healthcare",),
    "q9_channel": ("internal_app",),
    "q2_audience": "internal_many",
    "q2_affected": ("patients",),
    "q2_scale": "under_10k",
    "q1_personal": "special_category",
    "q4_worst": "severe",
    "q4_effect": "safety_critical",
    "q4_automation": "human_decides",
    "q6_outcome": "lifelong_or_irreversible",
    "q8_need": "individual_reasons",
    "q8_method": "interpretable",
}
WINE_NOTE: Mapping[str, AnswerValue] = {
    **_COMMON,
    "q1_domain": ("internal_operations",),
    "q9_channel": ("notebook_self_service",),
    "q2_audience": "self_or_small_team",
    "q2_affected": ("none",),
    "q2_scale": "under_100",
    "q1_personal": "none",
    "q4_worst": "negligible",
    "q4_effect": "none",
    "q4_automation": "insight_only",
    "q6_outcome": "transient",
    "q8_need": "none",
    "q8_method": "interpretable",
}
FORM_DIGITS: Mapping[str, AnswerValue] = {
    **_COMMON,
    "q9_vendor": True,
    "q1_domain": ("internal_operations",),
    "q9_channel": ("vendor_saas",),
    "q2_audience": "internal_many",
    "q2_affected": ("none",),
    "q2_scale": "under_1m",
    "q1_personal": "personal",
    "q4_worst": "minor",
    "q4_effect": "operational",
    "q4_automation": "human_on_exception",
    "q6_outcome": "transient",
    "q8_need": "internal_understanding",
    "q8_method": "opaque",
}
DIABETES_OUTLOOK: Mapping[str, AnswerValue] = {
    **_COMMON,
    "q1_domain": ("internal_operations",),
    "q9_channel": ("internal_app",),
    "q2_audience": "internal_many",
    "q2_affected": ("none",),
    "q2_scale": "under_10k",
    "q1_personal": "pseudonymised",
    "q4_worst": "moderate",
    "q4_effect": "moderate",
    "q4_automation": "human_decides",
    "q6_outcome": "days_to_months",
    "q8_need": "internal_understanding",
    "q8_method": "post_hoc_explainable",
}
