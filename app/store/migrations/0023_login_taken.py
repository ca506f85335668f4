"""When a login lost its person to another."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0022_limit_use")]  # noqa: RUF012
    operations = [script("0023_login_taken")]  # noqa: RUF012
