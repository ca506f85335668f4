"""Both sides are told of grants that a rule has ended: how a beneficiary's are found."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0010_feed")]  # noqa: RUF012
    operations = [script("0013_ended_by_rule")]  # noqa: RUF012
