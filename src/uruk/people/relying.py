"""The WebAuthn server of this node: who passkeys are made for and what is asked of them."""

from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialParameters, PublicKeyCredentialRpEntity, PublicKeyCredentialType

from uruk.acts.api import node_settings, relying_party

# ES256 and RS256: every platform has one of them. Each is verified offline by trust as well.
_ALGORITHMS = (-7, -257)


def webauthn_server() -> Fido2Server:
    """A server for this node's public address; it accepts only that address's origins."""
    rp_id, origins = relying_party(node_settings().public_url)
    party = PublicKeyCredentialRpEntity(id=rp_id, name="Uruk")
    server = Fido2Server(party, attestation="none", verify_origin=lambda origin: origin in origins)
    kind = PublicKeyCredentialType.PUBLIC_KEY
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=kind, alg=each) for each in _ALGORITHMS]
    return server
