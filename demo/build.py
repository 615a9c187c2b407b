"""Builds the demonstration archive: `python demo/build.py` writes demo/groups.json and demo/<group>.mbox.

The letters live in demo/source/<group>/ as text. The same source makes the same files, byte for byte, everywhere.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from demo.kit.post import mboxrd  # noqa: E402
from demo.kit.source import Group, read_group, read_letters  # noqa: E402

SOURCE = HERE / "source"
CARD = ("name", "summary", "description", "language", "visibility", "archive_access", "categories", "country", "preset")


def groups() -> list[Group]:
    """Return the groups in the order in which the directory should show them."""
    found = [read_group(folder) for folder in SOURCE.iterdir() if (folder / "group.toml").exists()]
    return sorted(found, key=lambda group: group.facts["order"])


def card(group: Group) -> dict[str, Any]:
    """Return what groups.json says about one group."""
    facts = {name: _clean(group.facts[name]) for name in CARD}
    people = [(person.facts.get("role", "member"), person) for person in group.people.values()]
    members = [
        {"name": newest(p.facts["name"]), "address": newest(p.facts["address"]), "role": role}
        for role, p in people
        if role != "none"
    ]
    return {"slug": group.slug, "mbox": f"{group.slug}.mbox", **facts, "members": members}


def _clean(fact: Any) -> Any:
    return fact.strip() if isinstance(fact, str) else fact


def newest(fact: Any) -> str:
    return str(fact[-1][1]) if isinstance(fact, list) else str(fact)


def outputs() -> dict[str, bytes]:
    """Return every file of the demonstration by name."""
    cards = json.dumps({"groups": [card(group) for group in groups()]}, ensure_ascii=False, indent=2) + "\n"
    files = {f"{group.slug}.mbox": mboxrd(group, read_letters(group)) for group in groups()}
    return {"groups.json": cards.encode(), **files}


def main() -> None:
    for name, content in outputs().items():
        (HERE / name).write_bytes(content)
        letters = sum(line.startswith(b"From ") for line in content.split(b"\n"))
        print(f"{name:28} {len(content):>9,} bytes  {letters} letters" if name.endswith(".mbox") else name)


if __name__ == "__main__":
    main()
