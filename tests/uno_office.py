"""Imported by scripts that Debian's Python runs, which has uno: a LibreOffice of their own for as long as they need it."""

import contextlib
import os
import pathlib
import subprocess
import time

import uno
from com.sun.star.beans import PropertyValue

START, END = 120, 60  # seconds


@contextlib.contextmanager
def desktop(profile):
    """LibreOffice's desktop; it ends with the block."""
    pipe = f"csbook-{os.getpid()}"
    command = ["soffice", f"-env:UserInstallation={pathlib.Path(profile).as_uri()}", "--headless", "--norestore"]
    office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"])
    try:
        context = _connected(pipe, time.monotonic() + START)
        found = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        yield found
        found.terminate()
        office.wait(END)
    finally:
        office.kill()


def option(name, value):
    """How a document is opened."""
    return PropertyValue(name, 0, value, 0)


def _connected(pipe, deadline):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # the office is still starting
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
