"""Some figures of an exported ledger by the engine of a URL, printed as JSON: `python -m tests.cli.computed FOLDER ENGINE`.

Those whose queries differ in kind; each costs Spark seconds of preparation, and all of them minutes.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from csbook import metrics, policy
from csbook.forms import load
from csbook.ledger.export.whole import Whole
from tests.ledger.workbooks import ROOT

NAMES = ("scope", "by_form", "by_agent", "stages", "ageing", "satisfaction", "satisfaction_rate", "mix_by_category", "frequent", "open")


def computed(folder: Path, engine: str) -> str:
    rules = policy.load(ROOT / "validations" / "policy.toml")
    definitions, wording = load([ROOT / "templates"], [ROOT / "validations"]), metrics.load_wording(ROOT / "validations" / "frequent.toml")
    with Whole.at(folder, "en") as whole, whole.computing() as lying:
        tables = metrics.stored(engine, lying.records, lying.revisions)
        found = metrics.figures(*tables, whole.quarantine(), rules, definitions, as_of=dt.datetime(2026, 11, 20), wording=wording)
        return json.dumps({name: found[name].to_json(orient="records", date_format="iso", double_precision=15) for name in NAMES})


if __name__ == "__main__":
    sys.stdout.write(computed(Path(sys.argv[1]), sys.argv[2]))
