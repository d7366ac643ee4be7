"""The same changes in two libraries of mergeable documents; run in an environment of its own.

Each change sets one field of a map, ten to a transaction; the other side applies the whole update.
Then two sides change one field at the same time, and what is left of the two values is looked for.
"""

import json
import sys
import time

from loro import ExportMode, LoroDoc
from pycrdt import Doc, Map

OPS_PER_COMMIT = 10


def loro(ops: int) -> dict[str, float]:
    doc = LoroDoc()
    for commit in range(ops // OPS_PER_COMMIT):
        answers = doc.get_map(f"record {commit // 100}")
        for op in range(OPS_PER_COMMIT):
            answers.insert(f"field_{op}", f"words {commit * OPS_PER_COMMIT + op}")
        doc.commit()
    update, other = doc.export(ExportMode.Updates(LoroDoc().oplog_vv)), LoroDoc()
    start = time.perf_counter()
    other.import_(update)
    seconds = time.perf_counter() - start
    return {
        "loro.ops_per_s": ops / seconds,
        "loro.bytes_per_op": len(update) / ops,
        "loro.keeps_concurrent": loro_keeps(),
    }


def loro_keeps() -> float:
    one, two = LoroDoc(), LoroDoc()
    for doc, word in ((one, "yes"), (two, "no")):
        doc.get_map("consent").insert("answer", word)
        doc.commit()
    one.import_(two.export(ExportMode.Snapshot()))
    shown = json.dumps(one.get_deep_value())
    return float('"yes"' in shown and '"no"' in shown)


def pycrdt(ops: int) -> dict[str, float]:
    doc = Doc()
    for commit in range(ops // OPS_PER_COMMIT):
        with doc.transaction():
            answers = doc.get(f"record {commit // 100}", type=Map)
            for op in range(OPS_PER_COMMIT):
                answers[f"field_{op}"] = f"words {commit * OPS_PER_COMMIT + op}"
    update, other = doc.get_update(), Doc()
    start = time.perf_counter()
    other.apply_update(update)
    seconds = time.perf_counter() - start
    return {
        "pycrdt.ops_per_s": ops / seconds,
        "pycrdt.bytes_per_op": len(update) / ops,
        "pycrdt.keeps_concurrent": pycrdt_keeps(),
    }


def pycrdt_keeps() -> float:
    one, two = Doc(), Doc()
    for doc, word in ((one, "yes"), (two, "no")):
        doc.get("consent", type=Map)["answer"] = word
    one.apply_update(two.get_update())
    shown = str(one.get("consent", type=Map).to_py())
    return float("yes" in shown and "no" in shown)


if __name__ == "__main__":
    count = int(sys.argv[1])
    print(json.dumps(loro(count) | pycrdt(count)))
