"""Register a version of a model: from then on frozen."""

import math
import re
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from muster.core.duty import Actor
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import close_desk, open_desk
from muster.server.casework.models import Blob
from muster.server.casework.naming import of_bytes
from muster.server.identity.models import Person, new_id
from muster.server.outcome import Done, Invalid, Problem, invalid
from muster.server.registry.models import Model, ModelVersion, UseCase

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}(\+changes)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def register_version(
    actor: Actor | None,
    use_case: UseCase,
    *,
    artifact: str,
    model: str = "",
    place: str = "",
    commit: str = "",
    environment_lock: str = "",
    data: Mapping[str, str] | None = None,
    metrics: Mapping[str, float] | None = None,
    documents: Mapping[str, str] | None = None,
    authors: Sequence[str] = (),
) -> Done[ModelVersion] | Denied | Invalid:
    """Register the next version of a model of the use case (default: its first).

    `artifact` and the values of `data` are digests (``sha256:<hex>``), those of `documents` digests of stored blobs.
    Who registers is always among the authors, and so is who registered the artifact before, as another model.
    The same artifact of the same model twice is refused.
    """
    with transaction.atomic():
        desk = open_desk(actor, use_case)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("register_version")
        if isinstance(allowed, Denied):
            return allowed
        owned = Model.objects.filter(use_case=use_case, slug=model or use_case.slug).first()
        if owned is None:
            return invalid("model", "unknown_model", value=model)
        row = ModelVersion(
            id=new_id(),
            model=owned,
            number=(owned.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            artifact=artifact,
            place=place,
            commit=commit,
            environment=of_bytes(environment_lock.encode()) if environment_lock else "",
            environment_lock=environment_lock,
            data=dict(data or {}),
            metrics=dict(metrics or {}),
            documents=dict(documents or {}),
            authors=sorted({*authors, *_authors_so_far(use_case, artifact), desk.actor.person}),
            registered_at=timezone.now(),
            registered_by=desk.actor.person,
        )
        problems = _problems(row)
        if problems:
            return Invalid(tuple(problems))
        row.save(force_insert=True)
        about = {"version": row.id, "model": owned.id, "artifact": artifact}
        facts = {"number": row.number, "data": row.data, "environment": row.environment, "commit": row.commit}
        by = desk.actor.person
        entry = close_desk(desk.use_case, "version.registered", by=by, rows=(row,), about=about, facts=facts)
    return Done(row, entry.index)


def add_model(
    actor: Actor | None, use_case: UseCase, *, slug: str, name: str, kind: str = Model.Kind.INTERNAL
) -> Done[Model] | Denied | Invalid:
    """Add another way to serve the use case."""
    with transaction.atomic():
        desk = open_desk(actor, use_case)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("register_version")
        if isinstance(allowed, Denied):
            return allowed
        if not _SLUG.fullmatch(slug) or Model.objects.filter(use_case=use_case, slug=slug).exists():
            return invalid("slug", "taken" if _SLUG.fullmatch(slug) else "slug_form", value=slug)
        row = Model.objects.create(id=new_id(), use_case=use_case, slug=slug, name=name, kind=kind)
        entry = close_desk(desk.use_case, "model.added", by=desk.actor.person, rows=(row,), about={"model": row.id})
    return Done(row, entry.index)


def _authors_so_far(use_case: UseCase, artifact: str) -> set[str]:
    """Who built an artifact built it under whatever name it is registered anew, and never reviews it."""
    earlier = ModelVersion.objects.filter(model__use_case=use_case, artifact=artifact)
    return {author for version in earlier for author in version.authors}


def _problems(row: ModelVersion) -> list[Problem]:
    named = {"artifact": row.artifact, **{f"data.{name}": value for name, value in row.data.items()}}
    problems = [
        Problem(where, "digest_form", value, "sha256:<64 hex>")
        for where, value in named.items()
        if not _DIGEST.fullmatch(value)
    ]
    if row.commit and not _COMMIT.fullmatch(row.commit):
        problems.append(Problem("commit", "commit_form", row.commit, "7-64 hex"))
    problems += [
        Problem(f"metrics.{name}", "not_finite", str(value))
        for name, value in row.metrics.items()
        if isinstance(value, bool) or not math.isfinite(value)
    ]
    kept = set(Blob.objects.filter(pk__in=list(row.documents.values())).values_list("pk", flat=True))
    problems += [
        Problem(f"documents.{name}", "unknown_document", blob)
        for name, blob in row.documents.items()
        if blob not in kept
    ]
    there = set(Person.objects.filter(pk__in=row.authors).values_list("pk", flat=True))
    problems += [Problem("authors", "unknown_person", author) for author in row.authors if author not in there]
    twin = ModelVersion.objects.filter(model=row.model, artifact=row.artifact).first()
    if twin is not None:
        problems.append(Problem("artifact", "already_registered", row.artifact, f"{row.model.slug}@{twin.number}"))
    return problems
