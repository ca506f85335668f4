"""What the sealed parts of prescriptions are bound to: health is nobody's but who needs it."""

from __future__ import annotations


def details_aad(prescription_id: int) -> str:
    """What was found and prescribed."""
    return f"prescription.details:{prescription_id}"


def file_aad(prescription_id: int) -> str:
    """The signed document."""
    return f"prescription.file:{prescription_id}"


def withdrawn_aad(prescription_id: int) -> str:
    """Who withdrew it, and why."""
    return f"prescription.withdrawn:{prescription_id}"


def check_aad(access_id: int) -> str:
    """What a pharmacist said."""
    return f"prescription_access.check:{access_id}"


def told_aad(told_id: int) -> str:
    """What a pharmacy told of its sale."""
    return f"prescription_told.details:{told_id}"


def parcel_aad(parcel_id: int) -> str:
    """Where a parcel goes, and who brings it."""
    return f"prescription_parcel.details:{parcel_id}"
