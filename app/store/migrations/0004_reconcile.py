"""Seals, daily roots and the reports of verifications."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0003_settlement")]  # noqa: RUF012
    operations = [script("0004_reconcile")]  # noqa: RUF012
