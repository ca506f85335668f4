"""Old months of the books may lie elsewhere, and what follows on them goes on."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0088_months")]  # noqa: RUF012
    operations = [script("0089_away")]  # noqa: RUF012
