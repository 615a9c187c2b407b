"""Threads: who belongs together and who answers whom. Pure and iterative; near-linear in the letters and their references.

The result is a function of the set of letters: neither order of arrival nor uid matters. In this order of authority:

1. Keys of an import (`Node.thread_key`): one key, one thread; two keys never (keys.py).
2. References, after RFC 5256 REFERENCES: unseen letters are ghosts that hold their answers together until they arrive;
   loops and repeated Message-IDs do no harm (references.py). Letters under one missing parent are one thread of several roots.
3. Subject, the last resort: a reply whose parent is unknown joins the latest letter with its base subject of the last
   `window_days` (subjects.py). Undone as soon as the parent is there.

`thread` does it in bulk; `settle` (closure.py) does it for letters arriving one by one or in batches, with the same result.
`ordered_subject` is RFC 5256 ORDEREDSUBJECT, `tree_order` the order pages show a thread in.
"""

from archive.threader.bulk import thread
from archive.threader.closure import Kind, Probe, Store, settle
from archive.threader.ordering import ordered_subject, tree_order
from archive.threader.types import Node, Threads

__all__ = ["Kind", "Node", "Probe", "Store", "Threads", "ordered_subject", "settle", "thread", "tree_order"]
