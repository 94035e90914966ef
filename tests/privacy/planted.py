"""Planted: personal data of every kind, each value once, and how to look for it in whatever csbook writes."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow.parquet
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "建国志强晓燕海涛丽娟"


def _phone(place: int) -> tuple[str, str]:
    number = f"139{place:02}61{place + 17:04}"
    spelled = (number, f"{number[:3]}-{number[3:7]}-{number[7:]}", f"+86 {number}", f"{number[:3]} {number[3:7]} {number[7:]}")
    return number, f"请回电{spelled[place % 4]}"


def _identity(place: int) -> tuple[str, str]:
    body = f"3301061988{place % 9 + 1:02}1{place % 9}{place + 11:03}"
    number = body + mod_11_2.calc_check_digit(body)
    return number, f"身份证{number}"


def _card(place: int) -> tuple[str, str]:
    body = f"62220248913{place:04}071"
    number = body + luhn.calc_check_digit(body)
    return number, f"卡号{number}"


def _name(place: int) -> tuple[str, str]:
    name = SURNAMES[place % 10] + GIVEN[place % 10] + GIVEN[(place * 3 + 1) % 10]
    return name, f"联系人：{name}，要退款"


def _mail(place: int) -> tuple[str, str]:
    return f"private.person{place}@mail{place}.com", f"邮箱private.person{place}@mail{place}.com"


def _landline(place: int) -> tuple[str, str]:
    return f"0571{86410000 + place * 37}", f"座机0571-{86410000 + place * 37}"


def _plate(place: int) -> tuple[str, str]:
    return f"浙A{place}K{place}4{place}"[:7].ljust(7, "9"), "车牌" + f"浙A{place}K{place}4{place}"[:7].ljust(7, "9")


def _account(place: int) -> tuple[str, str]:
    return f"wx_secret{place}77", f"微信：wx_secret{place}77"


def _address(place: int) -> tuple[str, str]:
    return f"文三路{place + 300}号{place + 2}幢{place + 501}室", f"住杭州市文三路{place + 300}号{place + 2}幢{place + 501}室"


def _proof(place: int) -> tuple[str, str]:
    return f"{741852 + place * 3}", f"身份证后6位{741852 + place * 3}"


MAKERS = {
    "phone": _phone, "id": _identity, "card": _card, "name": _name, "mail": _mail, "landline": _landline,
    "plate": _plate, "account": _account, "address": _address, "verification": _proof,
}  # fmt: skip
EACH = 6
# kind -> (what must not be seen, how it stands in a text)
PLANTED: Mapping[str, tuple[tuple[str, str], ...]] = {kind: tuple(make(place) for place in range(EACH)) for kind, make in MAKERS.items()}
VALUES = {value: kind for kind, values in PLANTED.items() for value, _ in values}
# digests and keys, in which six digits come by chance
DIGEST = re.compile(r"(?=[0-9]*[a-fA-F])(?:[0-9a-f]{32,}|[0-9A-F]{32,})")
GAPS = re.compile(r"(?<=[0-9])[ .\u2010-]+(?=[0-9])")


def seen(text: str) -> set[str]:
    """The planted values in a text, whatever stands between the digits."""
    text = DIGEST.sub("", text)
    tight = GAPS.sub("", text)
    return {value for value in VALUES if value in text or value in tight}


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, content) of everything in a folder: names of files, bytes, unzipped parts, Parquet read."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path}", str(path.relative_to(folder))
        if path.is_file():
            yield from _contents(str(path), path.read_bytes())


def _contents(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield name, data.decode("utf-8", "ignore")
    yield f"{name} (utf-16)", data.decode("utf-16-le", "ignore")
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                yield from _contents(f"{name}/{part}", archive.read(part))
    elif data.startswith(b"\x1f\x8b"):
        yield from _contents(f"{name}/gz", gzip.decompress(data))
    elif data.startswith(b"PAR1"):
        yield f"{name} read", str(pyarrow.parquet.read_table(io.BytesIO(data)).to_pydict())
