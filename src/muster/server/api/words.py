"""Sentences that only the API says; those of reasons and of what was handed in are `report.sentences`."""

from collections.abc import Mapping

LANGUAGES = ("en", "zh-Hans")

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "not_found": (
        "There is no such thing here, or you may not see it. Look at what you may see: muster use-case list.",
        "此处没有该对象，或无权查看。可查看的用例：muster use-case list。",
    ),
    "unknown_version": (
        "This use case has no version {value}. List its versions, or register one first.",
        "此用例没有模型版本 {value}。请列出现有版本，或先登记。",
    ),
    "lint": ("{where}: {hint}.", "{where}：{hint}。"),
    "shape": ("{where}: {hint}.", "{where}：{hint}。"),
    "cross_site": (
        "This came without the page's CSRF token. Reload the page and try again.",
        "请求缺少页面的 CSRF 令牌。请刷新页面后重试。",
    ),
    "broken": (
        "Muster failed here. Look what is there before you try again; the log of the server says why.",
        "Muster 在此处出错。重试前请先查看现状；原因见服务器日志。",
    ),
    "not_signed_in": ("Sign in, or send a live token.", "请登录，或发送有效的令牌。"),
}

TITLES: Mapping[int, tuple[str, str]] = {
    401: ("Sign in first", "请先登录"),
    403: ("Not allowed", "不允许"),
    404: ("Not found", "未找到"),
    409: ("In conflict with what is there", "与现有内容冲突"),
    422: ("This cannot be taken as it is", "无法接受此内容"),
    500: ("Muster failed", "Muster 出错"),
}


def problem_of_ours(code: str, language: str, *, where: str = "", value: str = "", hint: str = "") -> str:
    """Return the sentence of a problem at the edge."""
    return PROBLEMS[code][LANGUAGES.index(language)].format(where=where, value=value, hint=hint)
