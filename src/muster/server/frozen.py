"""Rows that are facts: written once, never changed, neither by our code nor by a careless one."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


class FrozenRowError(Exception):
    """A row that was written once was to be changed or deleted: write a new one instead."""


class FrozenModel(models.Model):
    """A model whose rows are written once. Only the fields in `mutable` may be set later."""

    mutable: Sequence[str] = ()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row, or update its mutable fields when they are named in `update_fields`.

        Raises:
            FrozenRowError: for any other change of an existing row.
        """
        changed = kwargs.get("update_fields")
        if not self._state.adding and (changed is None or set(changed) - set(self.mutable)):
            raise FrozenRowError(f"{self._meta.label} {self.pk} is frozen; write a new row instead")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse.

        Raises:
            FrozenRowError: always.
        """
        del args, kwargs
        raise FrozenRowError(f"{self._meta.label} {self.pk} is frozen; facts are not deleted")


def freeze(app: str, model: str, *, mutable: Sequence[str] = ()) -> RunPython:
    """Return the migration step that makes the database itself refuse updates of a model's frozen columns.

    SQLite forgets triggers when a later migration rebuilds the table: freeze it again there.
    """

    def on(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        meta = apps.get_model(app, model)._meta
        frozen = [str(field.column) for field in meta.local_fields if field.name not in mutable]
        for statement in _triggers(meta.db_table, frozen, editor):
            editor.execute(statement)

    def off(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        table = apps.get_model(app, model)._meta.db_table
        where = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen{where}")

    return RunPython(on, off)


def thaw(app: str, model: str, *, mutable: Sequence[str] = ()) -> RunPython:
    """Return the migration step that takes `freeze` back, before a column is added; freeze again after it."""
    frozen = freeze(app, model, mutable=mutable)
    assert frozen.reverse_code is not None
    return RunPython(frozen.reverse_code, frozen.code)


_REFUSE = (
    "CREATE OR REPLACE FUNCTION muster_refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'this row is frozen'; END $$"
)


def _triggers(table: str, frozen: list[str], editor: BaseDatabaseSchemaEditor) -> list[str]:
    columns = ", ".join(editor.quote_name(name) for name in frozen)
    begin = f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {columns} ON {table}"
    if editor.connection.vendor != "postgresql":
        return [f"{begin} BEGIN SELECT RAISE(ABORT, 'this row is frozen'); END"]
    return [
        _REFUSE,
        f"{begin} FOR EACH ROW EXECUTE FUNCTION muster_refuse_update()",
    ]
