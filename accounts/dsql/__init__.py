"""Migrations for Aurora DSQL, which cannot alter the type of a column: each app's tables as they are in the end.

Made by makemigrations with MIGRATION_MODULES as dctech/settings.py has them; an update of Django or allauth that brings
a migration is made here in the same way (a test says when).
"""

from django.db.migrations import AddConstraint, RunSQL, SeparateDatabaseAndState
from django.db.models import UniqueConstraint


def unique_where(
    model: str, constraint: UniqueConstraint, table: str, columns: str
) -> SeparateDatabaseAndState:
    """Return a unique constraint with a condition, in DSQL an index of expressions, one of which is NULL elsewhere."""
    index = f'CREATE UNIQUE INDEX ASYNC "{constraint.name}" ON "{table}" ({columns})'
    return SeparateDatabaseAndState(
        database_operations=[RunSQL(index, f'DROP INDEX "{constraint.name}"')],
        state_operations=[AddConstraint(model, constraint)],
    )
