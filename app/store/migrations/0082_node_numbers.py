"""Numbers for the makers of ids that a change of the primary doesn't use up."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0081_present")]  # noqa: RUF012
    operations = [script("0082_node_numbers")]  # noqa: RUF012
