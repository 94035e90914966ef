"""Passwords: workbooks under AES-256 as Excel, WPS and LibreOffice encrypt them ([MS-OFFCRYPTO] 2.3.4, agile), in memory alone.

msoffcrypto speaks the format. The slow hash of the password is computed here: msoffcrypto does it anew for each file (0.1 s), here all
files that one process writes share it; and it draws 128 random bits as a file's key and fills them up, here they are 256.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.issues import UsageError
from csbook.secret import own_text

LONGEST = 255  # characters, Excel's limit
SHORT = 8  # fewer are soon guessed
ROUNDS = 100_000  # of the hash, as in Excel
SALT, KEY, HASH = 16, 32, 64  # bytes
# what the keys made of a password are for ([MS-OFFCRYPTO] 2.3.4.13)
INPUT, VERIFIER, FILE_KEY = (bytes.fromhex(each) for each in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6"))
EXTRA = "msoffcrypto", "cryptography"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAM = "EncryptedPackage".encode("utf-16-le")  # of an OLE file: the encrypted workbook


def encrypted(data: bytes) -> bool:
    """Is it a workbook under a password?"""
    return data.startswith(OLE) and STREAM in data


class WrongPassword(Exception):  # noqa: N818 - a verdict about a file, not an error of the program
    """The file was encrypted with another password."""


class Tampered(Exception):  # noqa: N818
    """The content is not what was encrypted, or the encryption cannot be read."""


@dataclass(frozen=True)
class Password:
    """What opens and closes workbooks."""

    text: str = field(repr=False)  # in no message and no traceback

    @property
    def short(self) -> bool:
        """Is it soon guessed?"""
        return len(self.text) < SHORT

    def closed(self, content: bytes) -> bytes:
        """A workbook, encrypted."""
        from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
        from msoffcrypto.method.ecma376_agile import ECMA376Agile, ECMA376AgileEncryptionInfo

        info, key = ECMA376AgileEncryptionInfo(), secrets.token_bytes(KEY)
        info.spinCount, info.keyData.saltValue, info.encryptedKey.saltValue = ROUNDS, secrets.token_bytes(SALT), _salt()
        proof, stretched = secrets.token_bytes(SALT), _stretched(self.text, _salt(), "SHA512", ROUNDS)
        for name, purpose, value in (
            ("encryptedVerifierHashInput", INPUT, proof),
            ("encryptedVerifierHashValue", VERIFIER, hashlib.sha512(proof).digest()),
            ("encryptedKeyValue", FILE_KEY, key),
        ):
            setattr(info, name, _cipher(stretched, purpose, _salt(), "SHA512", KEY).encryptor().update(value))
        packed = ECMA376Agile.encrypt_payload(io.BytesIO(content), info.encryptedKey, key, info.keyData.saltValue)
        written = io.BytesIO()
        ECMA376Encrypted(packed, ECMA376Agile.get_encryption_information(info, packed, key)).write_to(written)
        return written.getvalue()

    def opened(self, data: bytes) -> bytes:
        """The workbook in an encrypted file. Raises WrongPassword, and Tampered where its seal (HMAC) does not fit."""
        try:
            return self._opened(data)
        except (WrongPassword, MemoryError, ImportError):
            raise
        except Exception as error:  # a broken container fails in many ways
            raise Tampered from error

    def _opened(self, data: bytes) -> bytes:
        from msoffcrypto.format.ooxml import OOXMLFile

        file, content = OOXMLFile(io.BytesIO(data)), io.BytesIO()
        if file.type == "agile":
            file.load_key(secret_key=self._file_key(file.info))
        else:  # Office 2007; it has no seal: the gate checks every part of the workbook
            self._load(file)
        file.decrypt(content, verify_integrity=True)
        return content.getvalue()

    def _file_key(self, info: dict[str, Any]) -> bytes:
        salt, name, size = info["passwordSalt"], info["passwordHashAlgorithm"], info["passwordKeyBits"] // 8
        stretched = _stretched(self.text, salt, name, info["spinValue"])

        def value(what: str, purpose: bytes) -> bytes:
            found: bytes = _cipher(stretched, purpose, salt, name, size).decryptor().update(info[what])
            return found

        proof = hashlib.new(name, value("encryptedVerifierHashInput", INPUT)).digest()
        if value("encryptedVerifierHashValue", VERIFIER)[: len(proof)] != proof:
            raise WrongPassword
        return value("encryptedKeyValue", FILE_KEY)[:size]

    def _load(self, file: Any) -> None:
        from msoffcrypto.exceptions import InvalidKeyError

        try:
            file.load_key(password=self.text, verify_password=True)
        except InvalidKeyError:
            raise WrongPassword from None


def read(path: Path, lang: str) -> Password:
    """The password in the first line of a file.

    Raises UsageError for a file that is not there, that others may read, or that holds none; and without the extra `encrypted`.
    """
    if not all(map(importlib.util.find_spec, EXTRA)):
        raise UsageError(messages.text(lang, "password.no_library"))
    text = (own_text(path, lang, "password").splitlines() or [""])[0]
    if not text.strip() or len(text) > LONGEST:
        raise UsageError(messages.text(lang, "password.unfit", path=path, most=LONGEST))
    return Password(text)


@functools.cache
def _salt() -> bytes:
    """One for all files of this process: whoever guesses its password opens them all in any case."""
    return secrets.token_bytes(SALT)


@functools.lru_cache(maxsize=16)
def _stretched(text: str, salt: bytes, name: str, rounds: int) -> bytes:
    """The hash of a password that costs time, so that guessing does."""
    make = getattr(hashlib, name.lower())  # hashlib.new costs three times as much
    found: bytes = make(salt + text.encode("utf-16-le")).digest()
    for place in range(rounds):
        found = make(place.to_bytes(4, "little") + found).digest()
    return found


def _cipher(stretched: bytes, purpose: bytes, salt: bytes, name: str, size: int) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = hashlib.new(name, stretched + purpose).digest()[:size].ljust(size, b"\x36")
    return Cipher(algorithms.AES(key), modes.CBC(salt))
