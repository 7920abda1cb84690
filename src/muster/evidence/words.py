"""The sentences of the evidence room, in English and Simplified Chinese: code -> (what, cure)."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "missing_file": {
        "en": ("there is no such file.", "Check the path; a pattern such as logs/*.parquet is allowed."),
        "zh": ("文件不存在。", "请检查路径；也可以使用 logs/*.parquet 这样的通配符。"),
    },
    "is_folder": {
        "en": (
            "this is a folder, not a file.",
            "Name the files in it, for example with a pattern *.parquet.",
        ),
        "zh": ("这是一个文件夹，不是文件。", "请指定其中的文件，例如使用通配符 *.parquet。"),
    },
    "mixed_formats": {
        "en": ("the files are of different kinds ({kinds}).", "Use files of one kind in one run."),
        "zh": ("这些文件的格式不同（{kinds}）。", "一次运行请只使用同一种格式的文件。"),
    },
    "unknown_format": {
        "en": (
            "files of kind {kind} are not read.",
            "Hand over .parquet or .csv, a pandas DataFrame or an Arrow table.",
        ),
        "zh": (
            "不支持读取 {kind} 格式的数据。",
            "请提供 .parquet 或 .csv 文件、pandas DataFrame 或 Arrow 表。",
        ),
    },
    "empty_file": {
        "en": ("the file is empty (0 bytes).", "Write the data again; no data is not evidence."),
        "zh": ("文件为空（0 字节）。", "请重新写出数据；没有数据不能作为证据。"),
    },
    "no_rows": {
        "en": (
            "there are columns but no rows.",
            "Check the filter that made these data; no data is not evidence.",
        ),
        "zh": ("有列，但没有任何行。", "请检查生成数据时的筛选条件；没有数据不能作为证据。"),
    },
    "not_parquet": {
        "en": (
            "the name says Parquet, but the content is something else.",
            "Write it as Parquet, or rename it to .csv if it is text.",
        ),
        "zh": ("文件名为 Parquet，但内容不是。", "请以 Parquet 格式重新写出；如果是文本，请改名为 .csv。"),
    },
    "unreadable": {
        "en": ("the data cannot be read: {reason}", "Mend the data at that place, or write them again."),
        "zh": ("数据无法读取：{reason} ", "请修正该处的数据，或重新写出。"),
    },
    "changed": {
        "en": (
            "the file changed while it was being read.",
            "Run the check again on a file that nobody writes to.",
        ),
        "zh": ("文件在读取过程中被改动。", "请在无人写入该文件时重新运行检查。"),
    },
    "duplicate_columns": {
        "en": (
            "these column names occur more than once: {names}.",
            "Give every column its own name (case is not enough).",
        ),
        "zh": ("以下列名重复出现：{names}。", "请为每一列使用不同的名称（仅大小写不同也不行）。"),
    },
    "missing_column": {
        "en": (
            "there is no such column. Did you mean: {nearest}?",
            "Name a column of the data, spelled as in the data.",
        ),
        "zh": ("没有这一列。您是否想用：{nearest}？", "请使用数据中存在的列名，拼写须与数据一致。"),
    },
    "wrong_type": {
        "en": (
            "the column is of type {found}, but {wanted} is needed.",
            "Name another column, or convert this one.",
        ),
        "zh": ("该列的类型是 {found}，而此处需要 {wanted}。", "请指定其他列，或转换该列的类型。"),
    },
    "not_binary": {
        "en": (
            "besides the positive value {positive} the column holds {low} and {high}; it must hold two.",
            "Say which value is positive, or make the column 0/1; name a score as score, with a threshold.",
        ),
        "zh": (
            "除正类取值 {positive} 外，该列还有 {low} 和 {high}；该列只能有两个取值。",
            "请指明哪个取值为正类，或将该列改为 0/1；如果是分数，请作为 score 并给出 threshold。",
        ),
    },
    "positive_never": {
        "en": (
            "the positive value {positive} never occurs in this text column.",
            "Say which value is positive.",
        ),
        "zh": ("正类取值 {positive} 在该文本列中从未出现。", "请指明哪个取值为正类。"),
    },
    "missing_values": {
        "en": (
            "{count} rows have no value here; the first is row {row}.",
            "Every row that is judged needs a prediction: fill it in or leave those rows out, and say so.",
        ),
        "zh": (
            "有 {count} 行在此列没有值，首个为第 {row} 行。",
            "每一行都需要有预测值：请补全，或排除这些行并加以说明。",
        ),
    },
    "not_finite": {
        "en": (
            "{count} rows hold NaN or an infinite number; the first is row {row}.",
            "Find out why the model gives no number there; do not replace it silently.",
        ),
        "zh": (
            "有 {count} 行是 NaN 或无穷大，首个为第 {row} 行。",
            "请查明模型为何没有给出数值，不要悄悄替换。",
        ),
    },
    "too_many_groups": {
        "en": (
            "the protected attributes make more than {limit} different cells.",
            "Put fine-grained values (age, postcode, an id) into bands first.",
        ),
        "zh": ("受保护属性组合出的单元超过 {limit} 个。", "请先将过细的取值（年龄、邮编、编号）分段。"),
    },
    "unknown_parameter": {
        "en": (
            "the check {check} has no such parameter. Did you mean: {nearest}?",
            "Leave it out or correct its name.",
        ),
        "zh": ("检查 {check} 没有这个参数。您是否想用：{nearest}？", "请删去该参数或更正其名称。"),
    },
    "invalid_parameter": {
        "en": (
            "the check {check} cannot use this value: {reason}.",
            "See docs/reference/checks.md for what it takes.",
        ),
        "zh": ("检查 {check} 无法使用该取值：{reason}。", "可用的取值见 docs/reference/checks.md。"),
    },
    "unknown_check": {
        "en": (
            "no such check is installed. Did you mean: {nearest}?",
            "Install the package that brings it, or correct the name.",
        ),
        "zh": ("没有安装这个检查。您是否想用：{nearest}？", "请安装提供该检查的软件包，或更正名称。"),
    },
    "not_a_check": {
        "en": (
            "what is installed under this name ({object}) is not a check.",
            "Ask its maker for a working version.",
        ),
        "zh": ("以此名称安装的对象（{object}）不是检查。", "请向其作者索取可用的版本。"),
    },
    "rules_unreadable": {
        "en": ("the rules cannot be read: {reason}", "Write a YAML or JSON list of {{rule: …, column: …}}."),
        "zh": ("规则无法读取：{reason} ", "请写成 YAML 或 JSON 列表，每项为 {{rule: …, column: …}}。"),
    },
    "missing_engine": {
        "en": ("this needs packages that are not installed ({package}).", "Install passmuster[evidence]."),
        "zh": ("所需的软件包尚未安装（{package}）。", "请安装 passmuster[evidence]。"),
    },
}

# Why a figure has no value, for people.
REASONS: dict[str, dict[str, str]] = {
    "no_label": {"en": "no label column was named", "zh": "没有指定标签列"},
    "no_labels": {"en": "no row has a label", "zh": "没有任何行带标签"},
    "no_rows": {"en": "no rows", "zh": "没有任何行"},
    "no_positives": {"en": "no positive labels", "zh": "没有正类标签"},
    "no_negatives": {"en": "no negative labels", "zh": "没有负类标签"},
    "nobody_selected": {"en": "nobody was selected", "zh": "没有人被选中"},
    "one_class": {"en": "all labels are the same", "zh": "所有标签都相同"},
    "one_group": {"en": "there is only one group", "zh": "只有一个群体"},
    "undefined_in_every_group": {"en": "undefined in every group", "zh": "在每个群体中都无定义"},
    "fewer_than_two_groups_large_enough": {
        "en": "fewer than two groups are large enough",
        "zh": "样本量足够的群体不足两个",
    },
    "no_score": {"en": "no score column was named", "zh": "没有指定分数列"},
    "score_not_probability": {"en": "the score is not between 0 and 1", "zh": "分数不在 0 与 1 之间"},
    "infinite_loss": {"en": "infinite: a certain score was wrong", "zh": "无穷大：有确定的分数是错的"},
    "constant_label": {"en": "the label is constant", "zh": "标签恒定不变"},
    "no_values": {"en": "the column has no values", "zh": "该列没有任何值"},
}
