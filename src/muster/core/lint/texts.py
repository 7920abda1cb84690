"""Every text in every language of the framework."""

from collections.abc import Iterator

from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.walk import texts_in


def missing_languages(framework: Framework) -> Iterator[Complaint]:
    """A text that lacks a declared language, or has one that nobody declared."""
    for path, text in texts_in(framework):
        missing = [language for language in framework.languages if not text.get(language, "").strip()]
        if missing:
            yield Complaint("missing-language", path, f"the text is missing in {', '.join(missing)}", "translate it")
        for language in text:
            if language not in framework.languages:
                message = f"`{language}` is no language of this framework"
                yield Complaint("unknown-language", (*path, language), message, "add it to `languages`", "warning")


RULES = (missing_languages,)
