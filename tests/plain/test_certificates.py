"""Two that hold the certificate of one start speak with each other; whoever holds another, or none, with nobody."""

import pickle
import ssl

import pytest

from mnistlab.engine.certificates import Certificate

OURS, THEIRS = Certificate.new(), Certificate.new()


def contexts(server: Certificate, client: Certificate) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return how a worker listens and how an app speaks, as Dask makes it of ours."""
    return (
        server.security().get_listen_args("worker")["ssl_context"],
        client.security().get_connection_args("client")["ssl_context"],
    )


def talk(listens: ssl.SSLContext, speaks: ssl.SSLContext, word: bytes = b"hello") -> bytes:
    """Return what arrives of a word; raise what either side objects to."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = listens.wrap_bio(there, back, server_side=True)
    client = speaks.wrap_bio(back, there)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
    client.write(word)
    return server.read()


def test_two_of_one_start_speak_with_each_other():
    assert talk(*contexts(OURS, OURS)) == b"hello"


@pytest.mark.parametrize(("server", "client"), [(OURS, THEIRS), (THEIRS, OURS)])
def test_two_of_different_starts_do_not(server, client):
    with pytest.raises(ssl.SSLError):
        talk(*contexts(server, client))


def test_whoever_takes_any_server_is_not_taken_by_ours():
    """Each side asks by itself: no handshake hangs on the other's good will."""
    listens, speaks = contexts(OURS, OURS)
    for certificate in (None, THEIRS):
        careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if certificate is not None:
            careless = certificate.security().get_connection_args("client")["ssl_context"]
        careless.check_hostname = False
        careless.verify_mode = ssl.CERT_NONE
        with pytest.raises(ssl.SSLError):
            talk(listens, careless)
    assert listens.verify_mode == speaks.verify_mode == ssl.CERT_REQUIRED


def test_only_the_newest_protocol_is_spoken():
    listens, _ = contexts(OURS, OURS)
    older = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    older.check_hostname = False
    older.verify_mode = ssl.CERT_NONE
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        talk(listens, older)


def test_no_clock_ends_it(monkeypatch):
    from cryptography import x509

    about = x509.load_pem_x509_certificate(OURS.certificate.encode())
    assert about.not_valid_before_utc.year == 1970
    assert about.not_valid_after_utc.year == 9999


def test_the_key_is_in_no_text_that_somebody_prints():
    for text in (repr(OURS), str(OURS), repr(OURS.security())):
        assert "PRIVATE" not in text
        assert OURS.key.splitlines()[1] not in text


def test_a_nanny_can_hand_it_to_its_worker():
    """Workers are spawned: what they get is pickled, and goes through a pipe."""
    handed = pickle.loads(pickle.dumps(OURS.security()))
    assert handed.tls_worker_key == OURS.key
    assert handed.require_encryption
