"""Profile: what is masked and what is refused in which field, read from validations/privacy.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages, toml
from csbook.issues import UsageError
from csbook.lists import Bilingual
from csbook.privacy.bands import Bands
from csbook.privacy.detection import Detection
from csbook.privacy.findings import KINDS
from csbook.privacy.roles import Role
from csbook.privacy.words import Words, words

LANGS = ("zh", "en")  # of the records
KIND = "{kind}"  # where the mark names what was removed


@dataclass(frozen=True)
class Policy:
    """Kinds that are masked (the row goes in, with a warning) and kinds that are refused (quarantine); others are not looked for."""

    masked: frozenset[str]
    refused: frozenset[str]


@dataclass(frozen=True)
class Profile:
    """The policy of every field, the redaction mark, e.g. `[removed: {kind}]`, in the language of the records, and what roles see."""

    template: str
    default: Policy
    fields: Mapping[str, Policy] = field(default_factory=dict)
    lang: str = "zh"
    detection: Detection = field(default_factory=lambda: Detection(Words()))
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """How every redaction mark begins."""
        return self.template.partition(KIND)[0]

    def policy(self, field: str) -> Policy:
        """The policy that binds a field."""
        return self.fields.get(field, self.default)

    def redaction(self, kind: str) -> str:
        """The mark that stands where data of `kind` was removed."""
        return self.template.replace(KIND, messages.text(self.lang, f"privacy.{kind}"))


def load(path: Path, profile: str | None = None, *, beneath: Path | None = None) -> Profile:
    """Read privacy.toml: `mark`, `lang`, `profile`, `[profiles.<name>]` with `mask`, `refuse` and `field.<name>`, `[roles.<name>]`,
    `[bands]` and `[words]`.

    `profile` is the profile's name, by default the one the file names. `beneath`: the file that says what this one leaves out, key by
    key. Raises UsageError naming the file and the key that is wrong.
    """
    table = toml.read(path)
    unknown = table.keys() - {"mark", "lang", "profile", "profiles", "roles", "bands", "words"}
    if unknown:
        raise _wrong("unknown_key", path, where="", keys=", ".join(sorted(unknown)))
    if beneath is not None and beneath != path:
        table = {**toml.read(beneath), **table}
    template = str(table.get("mark", ""))
    if not template.partition(KIND)[0].strip() or KIND not in template:
        raise _wrong("mark_without_kind", path)
    lang = table.get("lang", "zh")
    if lang not in LANGS:
        raise _wrong("unknown_lang", path, known=", ".join(LANGS))
    name = profile or str(table.get("profile", ""))
    profiles = _tables(path, "profiles", table.get("profiles", {}))
    read = {each: _policies(path, f"profiles.{each}", policies) for each, policies in profiles.items()}
    if name not in read:
        raise _wrong("unknown_profile", path, profile=name, known=", ".join(read))
    default, fields = read[name]
    detection = Detection(_words(path, _table(path, "words", table.get("words", {}))))
    bands = _table(path, "bands", table.get("bands", {}))
    roles = {each: _role(path, f"roles.{each}", role, bands) for each, role in _tables(path, "roles", table.get("roles", {})).items()}
    return Profile(template, default, fields, lang, detection, roles)


def _table(path: Path, where: str, value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise _wrong("no_table", path, where=where)


def _tables(path: Path, where: str, value: Any) -> Mapping[str, Mapping[str, Any]]:
    return {name: _table(path, f"{where}.{name}", each) for name, each in _table(path, where, value).items()}


def _texts(path: Path, where: str, value: Any) -> frozenset[str]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return frozenset(value)
    raise _wrong("no_list", path, where=where)


def _words(path: Path, table: Mapping[str, Any]) -> Words:
    try:
        return words(table)
    except ValueError as error:
        raise _wrong("bad_words", path, keys=str(error)) from error


def _policies(path: Path, where: str, table: Mapping[str, Any]) -> tuple[Policy, dict[str, Policy]]:
    """A profile's own policy and those of fields that differ from it."""
    own = {key: value for key, value in table.items() if key != "field"}
    others = _tables(path, f"{where}.field", table.get("field", {}))
    return _policy(path, where, own), {name: _policy(path, f"{where}.field.{name}", each) for name, each in others.items()}


def _policy(path: Path, where: str, table: Mapping[str, Any]) -> Policy:
    unknown = table.keys() - {"mask", "refuse"}
    if unknown:
        raise _wrong("unknown_key", path, where=where, keys=", ".join(sorted(unknown)))
    masked, refused = (_texts(path, f"{where}.{key}", table.get(key, [])) for key in ("mask", "refuse"))
    strange = (masked | refused) - set(KINDS)
    if strange:
        raise _wrong("unknown_kind", path, where=where, kinds=", ".join(sorted(strange)), known=", ".join(KINDS))
    if masked & refused:
        raise _wrong("two_ways", path, where=where, kinds=", ".join(sorted(masked & refused)))
    return Policy(masked, refused)


def _role(path: Path, where: str, table: Mapping[str, Any], bands: Mapping[str, Any]) -> Role:
    """What a role sees; see csbook.privacy.roles.Role."""
    wanted = {"hide": list, "code": dict, "digits": bool, "least": int}
    wrong = sorted(key for key, value in table.items() if key not in wanted or type(value) is not wanted[key])
    if not wrong and table.get("least", 0) < 0:
        wrong = ["least"]
    code = {tag: _start(start) for tag, start in table.get("code", {}).items()} if not wrong else {}
    wrong = wrong or sorted(f"code.{tag}" for tag, start in code.items() if start is None)
    if wrong:
        raise _wrong("unknown_key", path, where=where, keys=", ".join(wrong))
    told = _bands(path, bands, table["least"]) if table.get("least") else None
    return Role(**{**table, "hide": _texts(path, f"{where}.hide", table.get("hide", [])), "code": code, "bands": told})


def _start(told: object) -> Bilingual | None:
    """How codes begin: one text, or one in each language; else nothing."""
    if isinstance(told, str):
        return Bilingual(told, told)
    if isinstance(told, dict) and told.keys() == {"zh", "en"} and all(isinstance(each, str) for each in told.values()):
        return Bilingual(**told)
    return None


def _bands(path: Path, table: Mapping[str, Any], few: int) -> Bands:
    """`[bands]`, of which none is guessed: a coarseness of 0 would give small counts away."""
    wanted = {"share_of", "minutes_from", "parts"}
    wrong = sorted((wanted ^ table.keys()) | {key for key, value in table.items() if type(value) is not int or value < 1})
    if wrong:
        raise _wrong("bad_bands", path, keys=", ".join(wrong))
    return Bands(**table, few=few)


def _wrong(what: str, path: Path, **words: str) -> UsageError:
    return messages.WordedUsageError(f"privacy.{what}", path=path, **words)
