"""The baseline of the exchange's benchmark: the same requests through nginx over two hops, with mutual TLS between.

It signs, decides and logs nothing. The provider is nginx as well, and both the gateways and the hops forward to it.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from benchmarks.children import child
from benchmarks.exchange_load import children
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.ports import free_port

ANSWER = '{"number":"199001011234","name":"Zainab Kadhim","deceased":false,"governorate":"basra","secret":"x"}'
CONF = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  {servers}
}}
"""
PROVIDER = """
  server {{
    listen 127.0.0.1:{provider} backlog=4096;
    default_type application/json;
    location / {{ return 200 '{answer}'; }}
  }}
"""
NEAR = """
  upstream far {{ server 127.0.0.1:{far}; keepalive 256; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{near} backlog=4096;
    location / {{
      proxy_pass https://far;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_ssl_protocols TLSv1.3;
      proxy_ssl_certificate {folder}/cert.pem;
      proxy_ssl_certificate_key {folder}/key.pem;
      proxy_ssl_trusted_certificate {folder}/cert.pem;
      proxy_ssl_verify on;
      proxy_ssl_name localhost;
    }}
  }}
"""
FAR = """
  upstream provider {{ server 127.0.0.1:{provider}; keepalive 256; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{far} ssl backlog=4096;
    ssl_protocols TLSv1.3;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    ssl_client_certificate {folder}/cert.pem;
    ssl_verify_client on;
    location / {{ proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
"""


@dataclass(frozen=True)
class Baseline:
    """The running nginx: where the two hops begin, where the provider listens, the worker of each."""

    url: str
    provider: str
    pids: list[int]


@contextmanager
def baseline(folder: Path) -> Iterator[Baseline]:
    """Start provider and both hops, each an nginx with one worker; stop them at the end."""
    ports = {name: free_port() for name in ("provider", "near", "far")}
    folder.mkdir(parents=True)
    write_certificate(folder)
    running = []
    try:
        for name, part in (("provider", PROVIDER), ("far", FAR), ("near", NEAR)):
            running.append(start(folder / name, part.format(folder=folder, answer=ANSWER, **ports)))
            wait_for(ports[name])
        workers = [children(process.pid)[0] for process in running[1:]]
        yield Baseline(f"http://127.0.0.1:{ports['near']}", f"http://127.0.0.1:{ports['provider']}", workers)
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=10)


def start(folder: Path, servers: str) -> subprocess.Popen[bytes]:
    """One nginx with one worker, running in the foreground."""
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(folder=folder, servers=servers), encoding="utf-8")
    return child(["nginx", "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")])


def wait_for(port: int, seconds: float = 10) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def write_certificate(folder: Path) -> None:
    """A key and a certificate for both hops: P-256, as the gateways have."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
