"""Insured persons, institutions, the catalogue, accounts and transfers."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    initial = True
    operations = [script("0001_people_and_ledger")]  # noqa: RUF012
