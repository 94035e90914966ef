"""Parts of a workbook are exchanged without touching the others."""

from __future__ import annotations

import io
import zipfile

from csbook.workbook import Package


def archive(**parts: bytes) -> bytes:
    """As XlsxWriter packs a workbook: deflated, all of one moment."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return stream.getvalue()


def test_the_file_is_the_one_that_zipfile_would_write() -> None:
    before = {"a.xml": b"<a/>" * 500, "b/c.xml": b"", "d.xml": b"x"}
    package = Package.read(archive(**before))
    assert package.contents() == before
    for changed in ({}, {"b/c.xml": b"longer now" * 99}, {"a.xml": b"", "d.xml": b"y"}):
        assert package.exchanged(changed) == archive(**{**before, **changed})


def test_dense_sheets_hold_the_same() -> None:
    before = {"xl/worksheets/sheet1.xml": b"".join(b'<c r="A%d"/>' % row for row in range(5000)), "b.xml": b"x" * 99}
    content = archive(**before)
    dense = Package.read(content).dense()
    assert len(dense) < len(content)
    with zipfile.ZipFile(io.BytesIO(dense)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == before
