"""
Password files, as Apache's htpasswd writes them: a line for each user, name and hash.

Hashes that are understood: bcrypt (C{htpasswd -B}, with the package C{bcrypt}), apr1 (C{htpasswd
-m}) and SHA-1 (C{htpasswd -s}).  Whatever else lets nobody in.
"""

import base64
import hashlib
import hmac
import os
import threading

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

#: Checked in place of a user who is not there, so that it takes as long.
NOBODY = "$apr1$nobodyis$0000000000000000000000"


def apr1(password, salt):
    """
    Apache's MD5 hash: the digest of password and salt, stirred a thousand times.

    @param salt: up to eight characters.
    """
    key, grain = password.encode(), salt.encode()[:8]
    final = hashlib.md5(key + grain + key).digest()
    mixed = key + b"$apr1$" + grain + (final * (len(key) // 16 + 1))[: len(key)]
    length = len(key)
    while length:
        mixed += b"\0" if length & 1 else key[:1]
        length >>= 1
    digest = hashlib.md5(mixed).digest()
    for turn in range(1000):
        parts = [key if turn & 1 else digest]
        parts.append(grain if turn % 3 else b"")
        parts.append(key if turn % 7 else b"")
        parts.append(digest if turn & 1 else key)
        digest = hashlib.md5(b"".join(parts)).digest()
    text = ""
    for a, b, c in ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)):
        text += _written(digest[a] << 16 | digest[b] << 8 | digest[c], 4)
    return f"$apr1${salt[:8]}${text}{_written(digest[11], 2)}"


def _written(number, length):
    return "".join(_ALPHABET[number >> 6 * place & 63] for place in range(length))


def matches(password, kept):
    """Whether a password is the one that was hashed; takes the same time for all that are not."""
    if kept.startswith("$apr1$"):
        made = apr1(password, kept.split("$")[2])
    elif kept.startswith("{SHA}"):
        made = "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
    elif kept.startswith("$2"):
        import bcrypt

        return bcrypt.checkpw(password.encode(), kept.encode())
    else:
        return False
    return hmac.compare_digest(made.encode(), kept.encode())


class PasswordFile:
    """
    Reads the file again when it has changed; while it cannot be read, nobody is let in.
    """

    def __init__(self, path):
        self.path = path
        self._lock = threading.Lock()
        self._version = None
        self._hashes = {}

    def check(self, name, password):
        """
        Whether this is the password of that user; blocks.

        @raise OSError: the file cannot be read.
        """
        kept = self._current().get(name)
        isGood = matches(password, kept or NOBODY)
        return kept is not None and isGood

    def _current(self):
        with self._lock:
            status = os.stat(self.path)
            version = status.st_mtime_ns, status.st_size
            if version != self._version:
                with open(self.path, encoding="utf-8") as file:
                    pairs = (line.strip().split(":", 1) for line in file if ":" in line)
                    self._hashes = dict(pairs)
                self._version = version
            return self._hashes
