"""A beneficiary's own yes or no to a grant."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0018_normal_forms")]  # noqa: RUF012
    operations = [script("0019_agreed")]  # noqa: RUF012
