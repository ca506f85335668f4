"""Signatures of tills that have counted."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0023_login_taken")]  # noqa: RUF012
    operations = [script("0024_signature_use")]  # noqa: RUF012
