"""What the patient showed for a bill."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0044_cards")]  # noqa: RUF012
    operations = [script("0045_shown")]  # noqa: RUF012
