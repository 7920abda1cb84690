"""The sentences of the evidence room, in English and Simplified Chinese; one module a subject.

`SENTENCES`: code -> language -> (what, cure). `REASONS`: why a figure has no value -> language -> words.
"""

from muster.evidence.words import bias, data, drift, measures, performance, quality, search, warehouse

_SUBJECTS = (bias, data, drift, measures, performance, quality, search, warehouse)

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    code: pair for subject in _SUBJECTS for code, pair in subject.SENTENCES.items()
}
REASONS: dict[str, dict[str, str]] = {code: words for subject in _SUBJECTS for code, words in subject.REASONS.items()}
