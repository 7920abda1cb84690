"""Sentences of refusals, in English and Simplified Chinese."""

from collections.abc import Mapping

LANGUAGES = ("en", "zh-Hans")

REASONS: Mapping[str, tuple[str, str]] = {
    "not_signed_in": ("Sign in, or send a live token.", "请登录，或发送有效的令牌。"),
    "account_inactive": ("This account is closed. Ask an administrator.", "此账户已停用。请联系管理员。"),
    "role_lacks_act": (
        "None of your roles here may do this ({act}). Ask a holder of: {roles}.",
        "你在此处的角色无权执行该操作（{act}）。请联系以下角色：{roles}。",
    ),
    "token_cannot": (
        "This token may not do this ({act}). Use a token with that scope; signing always takes a person in a session.",
        "此令牌无权执行该操作（{act}）。请使用含此范围的令牌；签核须由本人登录后进行。",
    ),
    "own_work": (
        "Nobody reviews or approves their own work, or gives a role to themselves. Ask a holder of: {roles}.",
        "任何人不得评审或批准自己的工作，也不得给自己授予角色。请联系以下角色：{roles}。",
    ),
    "duty_conflict": (
        "You did {activity} here, so rule {rule} keeps you from signing this. Ask another holder of: {roles}.",
        "你在此处做过 {activity}，按规则 {rule} 不能再签核。请联系以下角色的其他人：{roles}。",
    ),
    "role_not_asked": (
        "This is not asked of the role you named or hold. It is asked of: {roles}.",
        "此事不由你所用的角色承担，而由以下角色承担：{roles}。",
    ),
    "already_signed": (
        "You signed exactly this at {at}. Withdraw that signature first to sign otherwise.",
        "你已于 {at} 签核过完全相同的内容。如需改签，请先撤回该签核。",
    ),
    "subject_changed": (
        "What you looked at has changed since ({changed}). Look at it again, then sign.",
        "你查看之后内容已变更（{changed}）。请重新查看后再签核。",
    ),
}
"""What `may` and the actions refuse with."""

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "unknown_question": ("There is no question {value}. Did you mean {hint}?", "没有问题 {value}。是否指 {hint}？"),
    "unknown_option": (
        "{value} is no answer to {where}. Choose: {hint}.",
        "{value} 不是 {where} 的选项。可选：{hint}。",
    ),
    "list_expected": ("{where} takes a list of answers, not {value}.", "{where} 需要一个答案列表，而不是 {value}。"),
    "one_expected": ("{where} takes one answer, not a list.", "{where} 只接受一个答案，不接受列表。"),
    "empty": ("{where} is empty.", "{where} 为空。"),
    "length": ("{where} has the wrong length: {hint}.", "{where} 长度不符：{hint}。"),
    "slug_form": (
        "{value} cannot be a short name: use lower-case letters, digits and hyphens, for example {hint}.",
        "{value} 不能作为短名称：请使用小写字母、数字和连字符，例如 {hint}。",
    ),
    "taken": ("{value} is taken. Choose another {where}.", "{value} 已被使用。请另选 {where}。"),
    "unknown_person": ("There is nobody {value} who can act here.", "找不到可在此操作的人员 {value}。"),
    "unknown_role": ("There is no role {value}. Did you mean {hint}?", "没有角色 {value}。是否指 {hint}？"),
    "unknown_model": ("This use case has no model {value}.", "此用例没有模型 {value}。"),
    "unknown_measure": ("There is no measure {value}. Did you mean {hint}?", "没有措施 {value}。是否指 {hint}？"),
    "unknown_check": (
        "No measure asks for a check {value}. Did you mean {hint}?",
        "没有措施要求检查 {value}。是否指 {hint}？",
    ),
    "unknown_gate": ("This use case has no gate {value}.", "此用例没有门禁 {value}。"),
    "unknown_environment": (
        "There is no environment {value}. Did you mean {hint}?",
        "没有环境 {value}。是否指 {hint}？",
    ),
    "unknown_document": ("No document {value} was handed in.", "未曾提交过文档 {value}。"),
    "unknown_version": ("This use case has no version {value}.", "此用例没有模型版本 {value}。"),
    "version_missing": ("Name the version that this is about.", "请指明所涉及的模型版本。"),
    "kind_not_asked": (
        "The measure does not take {value}; it takes: {hint}.",
        "该措施不接受 {value}，只接受：{hint}。",
    ),
    "other_artifact": (
        "The statement is not about this version: {hint} is not among its subjects. Run the check for this version.",
        "该声明针对的不是此版本：其主体中没有 {hint}。请针对此版本运行检查。",
    ),
    "digest_form": ("{where} is not a digest ({hint}).", "{where} 不是摘要（{hint}）。"),
    "commit_form": ("{value} is not a commit ({hint}).", "{value} 不是提交号（{hint}）。"),
    "not_finite": ("{where} is {value}: a metric is a finite number.", "{where} 为 {value}：指标必须是有限的数。"),
    "not_canonical": ("The statement has no exact JSON form: {hint}.", "该声明没有精确的 JSON 形式：{hint}。"),
    "already_registered": ("This artifact is already {hint}.", "此制品已登记为 {hint}。"),
    "already_withdrawn": ("This signature was withdrawn before.", "此签核已被撤回。"),
    "already_revoked": ("This permit was revoked before.", "此许可已被撤销。"),
    "already_live": ("This version is already live there.", "此版本已在该环境上线。"),
    "not_in_force": ("This permit is not in force. Ask for a new decision.", "此许可未生效。请申请新的决定。"),
    "already_published": ("Version {value} is published. Raise the version.", "版本 {value} 已发布。请提高版本号。"),
    "check_not_installed": (
        "{where} asks for check {value}, which is not installed.",
        "{where} 要求的检查 {value} 未安装。",
    ),
    "names": ("Name each attribute once, for example {hint}.", "每个属性只列一次，例如 {hint}。"),
    "form": ("{where}: {hint}.", "{where}：{hint}。"),
    "lint": ("{where}: {hint}", "{where}：{hint}"),
    "not_found": ("There is no such thing here, or you may not see it.", "此处没有该对象，或你无权查看。"),
    "cross_site": (
        "This came without the page's CSRF token. Reload the page and try again.",
        "请求缺少页面的 CSRF 令牌。请刷新页面后重试。",
    ),
    "broken": (
        "Muster failed here. Look what is there before you try again; the log of the server says why.",
        "Muster 在此处出错。重试前请先查看现状；原因见服务器日志。",
    ),
}
"""What is wrong with what was sent."""

TITLES: Mapping[int, tuple[str, str]] = {
    401: ("Sign in first", "请先登录"),
    403: ("Not allowed", "不允许"),
    404: ("Not found", "未找到"),
    409: ("In conflict with what is there", "与现有内容冲突"),
    422: ("This cannot be taken as it is", "无法接受此内容"),
    500: ("Muster failed", "Muster 出错"),
}


def sentence(code: str, parameters: Mapping[str, object], language: str) -> str:
    """Return the sentence of a refusal; a parameter that is not there is shown as a dash."""
    table = REASONS if code in REASONS else PROBLEMS
    texts = table.get(code)
    if texts is None:
        return code
    told = {name: value for name, value in parameters.items() if value not in ("", [], ())}
    return texts[LANGUAGES.index(language)].format_map(_Dashes(told))


class _Dashes(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"
