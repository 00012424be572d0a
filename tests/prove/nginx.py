"""``deploy/nginx.conf`` itself, run on free ports with a certificate of a CA of one's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.browser.running import PROJECT, free_port
from tests.browser.wire import ask
from tests.prove.proof import Unprovable

CONF = PROJECT / "deploy" / "nginx.conf"
WHOLE = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{conf}
}}
"""


def configured(conf: str, ports: Sequence[int], *, tls: int, plain: int, folder: Path) -> str:
    """Return the office's file with our ports and our certificate in it."""
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
        "server_name tracker.example;": "server_name 127.0.0.1;",
        "/etc/ssl/tracker/": f"{folder}/ssl/",
        "root /etc/ssl/tracker;": f"root {folder}/ssl;",
        "https://$host$": f"https://$host:{tls}$",
    }
    for was, is_now in changes.items():
        assert was in conf, f"nginx.conf no longer says {was!r}"
        conf = conf.replace(was, is_now)
    for was, port in zip(("8501", "8502"), ports, strict=True):
        conf = re.sub(rf"\b{was}\b", str(port), conf)
    return conf


def below(conf: str, path: str) -> str:
    """Return the file as it says itself how to serve below a sub-path."""
    for was in ("location = /account/sign-in {", "location / {"):
        assert was in conf, f"nginx.conf no longer says {was!r}"
        conf = conf.replace(was, was.replace(" /", f" {path}/", 1))
    return conf


@contextmanager
def nginx(conf: str, ports: Sequence[int], folder: Path) -> Iterator[tuple[str, str]]:
    """Run nginx before processes on these ports; give its addresses over TLS and without."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or shutil.which("openssl") is None:
        raise Unprovable("needs nginx and openssl")
    tls, plain = free_port(), free_port()
    command = [str(PROJECT / "deploy" / "own-ca.sh"), str(folder / "ssl"), "localhost", "127.0.0.1"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    file = folder / "nginx.conf"
    made = configured(conf, ports, tls=tls, plain=plain, folder=folder)
    user = "user root;" if os.getuid() == 0 else ""
    file.write_text(WHOLE.format(folder=folder, user=user, conf=made), encoding="utf-8")
    subprocess.run([program, "-q", "-t", "-c", str(file)], check=True, timeout=30)
    process = subprocess.Popen([program, "-c", str(file)])
    believed = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(folder / "ssl" / "ca.crt")
    try:
        _wait(f"http://127.0.0.1:{plain}")
        yield f"https://127.0.0.1:{tls}", f"http://127.0.0.1:{plain}"
    finally:
        process.terminate()
        process.wait(20)
        if believed is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = believed


def _wait(address: str) -> None:
    for _attempt in range(100):
        try:
            ask(address, "/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")
