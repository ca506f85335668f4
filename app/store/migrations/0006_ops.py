"""Operators of the night shift, and the audit of their sign-ins and looks."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0005_statement")]  # noqa: RUF012
    operations = [script("0006_ops")]  # noqa: RUF012
