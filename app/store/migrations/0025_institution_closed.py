"""Institutions that are shut out."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0024_signature_use")]  # noqa: RUF012
    operations = [script("0025_institution_closed")]  # noqa: RUF012
