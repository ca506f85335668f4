"""Where a table's rows live once people are spread over cells (a cell: some provinces, in a schema
or a database of their own). Today one cell holds everybody; what is written here is what the
program may rely on already, so that nothing has to be found out on the day of the second cell.

A statement runs in one place: in a cell, which has the reference tables beside its own, or where
the shared tables are. So none names a cell's table together with a shared one
(tests/store/cells/test_places.py), and no foreign key goes from one to the other.
"""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """Where the rows of a table are."""

    CELL = "cell"
    """With the person they are about: in that person's cell only."""
    REFERENCE = "reference"
    """The same rows in every cell, read there and written in one place."""
    SHARED = "shared"
    """Once for all cells: who logs in and works here, and what ties people of two cells."""
    EACH = "each"
    """In every database, and each has rows of its own: what happened to records there, its feeds,
    numbers, keys and seals."""


_CELL = """
person person_reindexed resident card card_change enrolment account account_base account_close
account_credit account_merge account_pay_out account_posting account_run transfer
transfer_reversal hold limit_use
request waiting outcome settlement visit visit_sealed fee_line filing chronic_filing aid_grant
question credential credential_use wallet wallet_offer wallet_posting wallet_sent premium_order
tax_results clearing_application institution_statement statement_row import_person notice
notice_message notice_setting notice_elsewhere
life_event life_event_base life_event_details life_event_effect
prescription prescription_access prescription_code prescription_item prescription_parcel
prescription_sale prescription_told trace_sale trace_alert goods_code goods_upload exchange_file
counter_act counter_act_reason counter_proposal counter_task paid_way
"""
_REFERENCE = """
institution institution_item practitioner bureau till_cashier catalogue_item catalogue_row
catalogue_term catalogue_version trace_product import_item import_row
"""
_SHARED = """
login identity_check notice_consent family_binding invitation ops_operator ops_sign_in ops_look
ops_look_reason ops_note ops_limit
"""
_EACH = """
feed feed_batch happening node_number_last key_canary registry_state sealing_key sealing_process
seal day_root month_away month_base audit_seal verification ops_tally signature_use till_sign_in
tortoise_migrations
"""
PLACES: dict[str, Place] = {
    table: place
    for place, tables in (
        (Place.CELL, _CELL),
        (Place.REFERENCE, _REFERENCE),
        (Place.SHARED, _SHARED),
        (Place.EACH, _EACH),
    )
    for table in tables.split()
}
"""Every table once."""
STAGING = frozenset({"import_person", "import_item", "import_row", "statement_row"})
"""What is read from a file lies where the tables are that it is joined with; a row of these lives
as long as the transaction that wrote it."""
