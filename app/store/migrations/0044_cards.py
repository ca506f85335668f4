"""Social-security cards and what became of them; where ID numbers are taken."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0043_premium_caps")]  # noqa: RUF012
    operations = [script("0044_cards")]  # noqa: RUF012
