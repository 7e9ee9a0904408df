"""The key and certificate of one start of the app, by which its processes recognise each other and keep others out."""

import datetime
import ssl
from dataclasses import dataclass, field
from typing import Any, Self

# Valid for all time, because the pair ends with the process that made it and the clock may be wrong.
FIRST_DAY = datetime.datetime(1970, 1, 1)
LAST_DAY = datetime.datetime(9999, 12, 31, 23, 59, 59)
NAME = "mnistlab"


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its key; both PEM. Never written to a log, a file or the environment."""

    certificate: str = field(repr=False)
    key: str = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Create a new pair; takes a tenth of a second, nearly all of it imports."""
        # Imported here, because each worker imports the modules of its host again.
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        # Dask's own `Security.temporary` makes an RSA key, whose handshakes take several times as long, and is valid for a year only.
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(FIRST_DAY)
            .not_valid_after(LAST_DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(
            certificate.public_bytes(serialization.Encoding.PEM).decode(),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
        )

    def security(self) -> Any:
        """Return Dask's `Security` in which both sides of every connection show this certificate and accept no other."""
        from distributed import Security

        return Security(
            require_encryption=True,
            tls_min_version=ssl.TLSVersion.TLSv1_3,
            tls_ca_file=self.certificate,
            **{f"tls_{role}_cert": self.certificate for role in ("client", "scheduler", "worker")},
            **{f"tls_{role}_key": self.key for role in ("client", "scheduler", "worker")},
        )
