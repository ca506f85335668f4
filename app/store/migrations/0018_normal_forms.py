"""Names and numbers are found by their normal form: what tells a row that is indexed by it."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0017_same_bill")]  # noqa: RUF012
    operations = [script("0018_normal_forms")]  # noqa: RUF012
