"""Logins, family bindings, codes shown, aid grants."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0001_people_and_ledger")]  # noqa: RUF012
    operations = [script("0002_phones")]  # noqa: RUF012
