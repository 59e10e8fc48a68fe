"""Callers as keyed hashes: who called again can be told, the number cannot be read.

The hash is HMAC-SHA-256 over the number in E.164, of which the first 64 bits are kept: a whole number, which costs a
large store a third of what a text does, and two of five million callers share one with a chance of 7 in ten million.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ccops.errors import StoreError
from ccops.settings import Site
from ccops.store.connection import Connection

KEY_BYTES = 32


def key_file(store: Path) -> Path:
    """Where the key of a store lies: beside it, never in it."""
    return store.with_name(f"{store.name}.key")


def read_or_create_key(store: Path | None, *, fresh: bool) -> bytes:
    """The store's key; a new one (mode 0600) for a `fresh` store.

    Raises StoreError when an existing store has lost its key: a new key would break every link to earlier callers.
    """
    if store is None:
        return secrets.token_bytes(KEY_BYTES)
    file = key_file(store)
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except FileNotFoundError:
        if not fresh:
            raise StoreError(
                "the store's key is missing, so its callers cannot be recognised in new files", where=str(file),
                fix="put the key file back beside the store; without it, import everything into a new --store",
            ) from None
        return _new_key(file)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError("the store's key is damaged", where=str(file), fix="restore the key file from a backup")
    return key


def _new_key(file: Path) -> bytes:
    """A random key in a file that appears whole or not at all."""
    key = secrets.token_bytes(KEY_BYTES)
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(key.hex() + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
    return key


def record_secret(key: bytes) -> str:
    """96 bits, derived from the store's key, that go before what a record's hash is taken of."""
    return b64encode(sha256(b"ccops record" + key).digest()[:12]).decode("ascii")


def create_callers(con: Connection, rows: str, column: str, key: bytes, *, site: Site, phone: bool, raw: bool) -> None:
    """TEMP TABLE callers(caller, customer_key, customer_mask, customer_raw) for the distinct values of a column."""
    block = key.ljust(64, b"\0")
    inner, outer = bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)
    number = _e164_sql(site) if phone else "caller"
    mask = _MASK if phone else _ID_MASK
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE callers AS
        WITH distinct_callers AS (SELECT DISTINCT {column} AS caller FROM {rows} WHERE {column} IS NOT NULL),
        numbers AS (SELECT caller, nullif({number}, '') AS number FROM distinct_callers)
        SELECT caller,
            ('0x' || left(sha256(?::BLOB || unhex(sha256(?::BLOB || encode(number)))), 16))::UBIGINT AS customer_key,
            {mask} AS customer_mask,
            {'caller' if raw else 'NULL::VARCHAR'} AS customer_raw
        FROM numbers WHERE number IS NOT NULL
        """,
        [outer, inner],
    )


def _e164_sql(site: Site) -> str:
    """`caller` with separators dropped and the country code in front, by the site's dialling rules."""
    digits = "regexp_replace(caller, '[^0-9+]', '', 'g')"
    bare = f"ltrim(regexp_replace({digits}, '^00', '+'), '+')"
    if not site.country:
        return bare
    trunk, country = site.trunk_prefix, site.country
    national = f"CASE WHEN starts_with({digits}, '{trunk}') THEN substr({digits}, {len(trunk) + 1}) ELSE {digits} END"
    return (
        f"CASE WHEN regexp_matches({digits}, '^(\\+|00)') THEN {bare} "
        f"WHEN starts_with({digits}, '{country}') AND length({digits}) >= {len(country) + 10} THEN {digits} "
        f"WHEN length({digits}) < 7 THEN {digits} ELSE '{country}' || {national} END"
    )


_DIGITS = "regexp_replace(caller, '[^0-9]', '', 'g')"
_MASK = f"""CASE WHEN length({_DIGITS}) >= 10 THEN left({_DIGITS}, 3) || '****' || right({_DIGITS}, 4)
    WHEN length({_DIGITS}) >= 7 THEN left({_DIGITS}, 2) || '****' || right({_DIGITS}, 2)
    ELSE '****' || right({_DIGITS}, 2) END"""
_ID_MASK = "CASE WHEN length(caller) >= 7 THEN left(caller, 2) ELSE '' END || '****' || right(caller, 2)"
