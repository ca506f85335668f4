"""What makes two bills the same, so that one is not settled twice."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0016_codes_in_one_form")]  # noqa: RUF012
    operations = [script("0017_same_bill")]  # noqa: RUF012
