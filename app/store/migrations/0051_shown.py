"""What the patient showed for a bill."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0050_cards")]  # noqa: RUF012
    operations = [script("0051_shown")]  # noqa: RUF012
