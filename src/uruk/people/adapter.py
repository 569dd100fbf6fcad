"""What django-allauth's second factors ask of us: names without e-mail, secrets encrypted at rest."""

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypts TOTP secrets under a key derived from the node's secret (HKDF, RFC 5869)."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it may be stored."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the stored secret as it was."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    kdf = HKDF(SHA256(), length=32, salt=None, info=b"uruk/people/totp/v1")
    return Fernet(urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
