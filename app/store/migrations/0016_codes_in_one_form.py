"""What was stored before codes were read in one form is brought into it."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0015_gifts")]  # noqa: RUF012
    operations = [script("0016_codes_in_one_form")]  # noqa: RUF012
