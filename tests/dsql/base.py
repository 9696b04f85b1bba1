from aurora_dsql_django import base
from aurora_dsql_django.schema import DatabaseSchemaEditor
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL


class SchemaEditor(DatabaseSchemaEditor):
    def execute(self, sql, params=()):
        """Leave out the one word that PostgreSQL does not know; what is collected to be looked at keeps it."""
        known = sql if self.collect_sql else str(sql).replace(" INDEX ASYNC ", " INDEX ")
        return super().execute(known, params)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor
    get_new_connection = PostgreSQL.get_new_connection
