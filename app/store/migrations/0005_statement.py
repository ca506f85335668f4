"""Files exchanged with institutions, and the centre's nightly statements for them."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0004_reconcile")]  # noqa: RUF012
    operations = [script("0005_statement")]  # noqa: RUF012
