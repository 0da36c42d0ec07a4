"""Seals for a trial: a root and one certificate for each seal, made once, plainly without legal effect."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from lianban.outside.sealing.orders import Seal

NOTE = "演示证书，无法律效力"
ROOT = "联办演示根证书"
ROOT_FILE = "demonstration.pem"
YEARS = 10


def prepare(folder: Path, seals: Iterable[tuple[Seal, str]], at: datetime) -> None:
    """Make the seals (each with the name of its authority) in `folder`, unless there are any already."""
    if (folder / "roots" / ROOT_FILE).exists():
        return
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = certificate(ROOT, root_key, None, None, at)
    for seal, authority in seals:
        key = ec.generate_private_key(ec.SECP256R1())
        issued = certificate(authority, key, root, root_key, at)
        keep(folder, seal, key, issued)
    (folder / "roots").mkdir(parents=True, exist_ok=True)
    (folder / "roots" / ROOT_FILE).write_bytes(root.public_bytes(Encoding.PEM))


def keep(folder: Path, seal: Seal, key: ec.EllipticCurvePrivateKey, issued: x509.Certificate) -> Path:
    """Write a seal as the PKCS#12 file that the folder of seals wants, its password beside it."""
    file = folder / f"{seal.file}.p12"
    password = secrets.token_urlsafe(18)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", key, issued, None, BestAvailableEncryption(password.encode()))
    )
    file.with_suffix(".password").write_text(password, "ascii")
    for each in (file, file.with_suffix(".password")):
        each.chmod(0o600)
    return file


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    since: datetime,
    until: datetime | None = None,
) -> x509.Certificate:
    """A demonstration's certificate for `key`: a root without an issuer, otherwise for signing documents."""
    # A common name holds 64 octets: 21 characters.
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, NOTE),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:21]),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(63) | 1 << 62)
        .not_valid_before(since - timedelta(days=1))
        .not_valid_after(until or since + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=issuer is not None,
                content_commitment=issuer is not None,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=issuer is None,
                crl_sign=issuer is None,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()), critical=False
        )
    )
    return made.sign(issuer_key or key, SHA256())
