"""What goes out of the house by WeChat, and who has agreed to how much of it."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0051_activation")]  # noqa: RUF012
    operations = [script("0052_notice_messages")]  # noqa: RUF012
