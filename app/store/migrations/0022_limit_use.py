"""What counts under limits."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0021_asked")]  # noqa: RUF012
    operations = [script("0022_limit_use")]  # noqa: RUF012
