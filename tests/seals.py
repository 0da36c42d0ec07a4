"""Seals for the tests: a root of their own, certificates that end when asked, a revocation list."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from lianban.outside.clock import SHANGHAI
from lianban.outside.sealing import Seal
from lianban.outside.sealing.demonstration import certificate, keep

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)


class Office:
    """Whoever issues certificates for seals, and the folder where they are."""

    def __init__(self, folder: Path, name: str = "测试根证书") -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = certificate(name, self.key, None, None, MONDAY - timedelta(days=3650))

    def trusted(self) -> Office:
        """Its root is put where checks look for roots."""
        (self.folder / "roots").mkdir(parents=True, exist_ok=True)
        (self.folder / "roots" / "test.pem").write_bytes(self.root.public_bytes(Encoding.PEM))
        return self

    def seal(
        self, seal: Seal, name: str, *, since: datetime = MONDAY, until: datetime | None = None
    ) -> x509.Certificate:
        """One seal more, its file in the folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = certificate(name, key, self.root, self.key, since, until)
        keep(self.folder, seal, key, made)
        return made

    def revoke(self, *revoked: x509.Certificate) -> Path:
        """A list of these, valid from Monday on."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(MONDAY).next_update(MONDAY + timedelta(days=30))
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(MONDAY)
            builder = builder.add_revoked_certificate(entry.build())
        file = self.folder / "crls" / "test.crl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(builder.sign(self.key, SHA256()).public_bytes(Encoding.DER))
        return file
