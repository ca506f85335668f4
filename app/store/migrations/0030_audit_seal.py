"""A chain over the audit of operators."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0029_premiums")]  # noqa: RUF012
    operations = [script("0030_audit_seal")]  # noqa: RUF012
