"""What signs a header only: its first message is the one, and tif is for who is marked so."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0068_trace_products")]  # noqa: RUF012
    operations = [script("0069_sm2")]  # noqa: RUF012
