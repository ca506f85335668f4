"""An institution's code has up to 14 characters, as in the envelope; an index of sign-ins."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0057_counter_events")]  # noqa: RUF012
    operations = [script("0058_longer_institution_codes")]  # noqa: RUF012
