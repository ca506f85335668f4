"""Table of 亲情账户 bindings."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class FamilyBinding(Model):
    """``shower_id`` may show the code of ``holder_id``. No money, ever.

    ``holder_id``: None where there is nobody of the name and number that the shower has asked for;
    ``declined_at``: when the holder said no. Neither is told to the shower. ``proof_ref``: the
    number of the check outside that found the shower to be the child's guardian.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    shower_id = fields.BigIntField()
    holder_id: int | None = fields.BigIntField(null=True)
    relation = fields.CharField(max_length=30)
    state = fields.CharField(max_length=10)
    consent = fields.CharField(max_length=30)
    proof_kind = fields.CharField(max_length=30, null=True)
    proof_digest = fields.BinaryField(null=True)
    commitment_digest = fields.BinaryField(null=True)
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.BigIntField(null=True)
    asked_index = fields.BinaryField(null=True)
    asked_name = fields.CharField(max_length=50, null=True)
    declined_at = fields.DatetimeField(null=True)
    proof_ref = fields.CharField(max_length=100, null=True)

    class Meta:
        table = "family_binding"
