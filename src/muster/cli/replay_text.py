"""The sentences about a replay, in English and Simplified Chinese."""

import json
from typing import TYPE_CHECKING

from muster.cli.language import say

if TYPE_CHECKING:
    from muster.server.journal.replay import Difference, Replay

_KINDS = {
    "leaf": ("the entry is not the one that was signed", "该条目与签名时的内容不一致"),
    "column": ("a column beside the entry does not repeat what the entry says", "条目旁的列与条目内容不一致"),
    "tree": ("the tree does not fit the entries", "哈希树与条目不符"),
    "row": ("the row says something else than the entry that set it", "该行与写入它的条目不一致"),
    "row_missing": ("the entry tells of a row that is not there", "条目所述的行不存在"),
    "leaf_missing": ("no entry tells of this row", "没有任何条目记录该行"),
    "recomputed": ("computed again, it comes out differently", "重新计算的结果不同"),
}


def describe(item: "Difference") -> str:
    """Return one line: where, what is wrong, what was told and what was found."""
    entry = "" if item.entry is None else say(f"entry {item.entry}", f"条目 {item.entry}")
    where = say(", ", "，").join(part for part in (entry, item.row, item.field) if part)
    line = f"{where}{say(': ', '：')}{say(*_KINDS[item.kind.value])}"
    if item.told is None and item.found is None:
        return line
    told, found = (json.dumps(value, ensure_ascii=False) for value in (item.told, item.found))
    return line + say(f" (told {told}, found {found})", f"（记录为 {told}，实际为 {found}）")


def describe_end(result: "Replay") -> str:
    """Return what was compared, and honestly what could not be."""
    found = len(result.differences)
    text = say(
        f"{result.entries:,} entries and {result.rows:,} rows compared: "
        + (f"{found:,} difference(s)." if found else "no difference."),
        f"已比对 {result.entries:,} 个条目与 {result.rows:,} 行："
        + (f"发现 {found:,} 处差异。" if found else "没有差异。"),
    )
    rest = sum(result.uncompared.values())
    if not rest:
        return text
    acts = ", ".join(result.uncompared)
    return text + say(
        f" {rest:,} entries are of acts that no row repeats ({acts}).",
        f"另有 {rest:,} 个条目的操作没有对应的行（{acts}）。",
    )
