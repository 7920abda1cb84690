"""The sentences about a verification, in English and Simplified Chinese."""

from muster.cli.language import say
from muster.ledger.problems import Flaw, Problem, Verification

_FLAWS = {
    Flaw.MISSING: ("the file is missing", "缺少该文件"),
    Flaw.EXTRA: ("no ledger of this size has such a file", "该大小的账本不应有此文件"),
    Flaw.CHECKPOINT: ("this is not a checkpoint signed with your key", "这不是由您的密钥签名的检查点"),
    Flaw.UNKNOWN_SIGNER: (
        "a signature line is by a key that you did not hand in, so nobody can say whether it was changed",
        "有一行签名所用的密钥未提供，因此无法判断该行是否被改动",
    ),
    Flaw.BUNDLE_FORM: ("the file does not split into its entries", "该文件无法拆分为条目"),
    Flaw.ENTRY_CHANGED: ("the entry is not the one that was recorded", "该条目与当时记录的内容不一致"),
    Flaw.ENTRY_FORM: ("the entry is not in its canonical form", "该条目不是规范格式"),
    Flaw.ENTRY_SIGNATURE: ("the entry is not signed with your key", "该条目并非由您的密钥签名"),
    Flaw.TILE_LENGTH: ("the tile has the wrong length", "该哈希块的长度有误"),
    Flaw.TILE_HASH: ("the tile holds a hash that does not fit the entries", "该哈希块中有哈希值与条目不符"),
    Flaw.ROOT: (
        "the entries do not lead to the signed root: entries were exchanged, together with the tiles",
        "由条目算出的根哈希与签名的根哈希不一致：条目连同哈希块被一并替换",
    ),
}


def describe_problem(problem: Problem) -> str:
    """Return one line: file, entry, what is wrong, detail."""
    entry = "" if problem.entry is None else say(f", entry {problem.entry}", f"，条目 {problem.entry}")
    detail = f" ({problem.detail})" if problem.detail else ""
    return say(f"{problem.file}{entry}: ", f"{problem.file}{entry}：") + say(*_FLAWS[problem.flaw]) + detail


def describe_success(result: Verification, listed: bool) -> str:
    """Return what was verified, and honestly what could not be."""
    text = say(
        f"Verified: {result.origin}, {result.size:,} entries, {result.signatures:,} entry signatures, "
        f"root {result.root.hex()}.",
        f"验证通过：{result.origin}，共 {result.size:,} 个条目，{result.signatures:,} 个条目签名，"
        f"根哈希 {result.root.hex()}。",
    )
    unlisted = say(
        " Files behind an address cannot be listed: files that do not belong would not show.",
        "网址后的文件无法列出，因此无法发现多余的文件。",
    )
    return text if listed else text + unlisted


def describe_cure() -> str:
    """Return what a person does about a refused ledger."""
    return say(
        "Do not rely on this copy. Keep it unchanged as proof, compare the key with the one that you were "
        "given when the ledger began, and ask for a fresh export. If it is refused too, it was changed.",
        "请勿依赖此副本。请原样保留作为证据，将密钥与账本启用时交给您的密钥核对，并索取新的导出；"
        "如果新的导出同样未通过验证，则账本已被改动。",
    )


def describe_more(hidden: int) -> str:
    """Return the line that says how many problems are not shown."""
    return say(
        f"… and {hidden:,} more (--json lists up to 1,000).",
        f"……另有 {hidden:,} 处（--json 最多列出 1,000 处）。",
    )
