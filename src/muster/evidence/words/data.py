"""Data that cannot be read, and checks that cannot be asked."""

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
    "reserved_columns": {
        "en": (
            "names that begin with {prefix} are used by the checks themselves: {names}.",
            "Give these columns other names.",
        ),
        "zh": ("以 {prefix} 开头的列名由检查自身使用：{names}。", "请将这些列改名。"),
    },
    "overflow": {
        "en": (
            "numbers in the data are so large that a figure of the check is no finite number.",
            "Give these columns in a larger unit, or leave out values that cannot be real.",
        ),
        "zh": ("数据中的数值过大，检查的某个指标不是有限数。", "请改用更大的单位，或排除不可能的取值。"),
    },
    "missing_column": {
        "en": (
            "there is no such column in {of}. Did you mean: {nearest}?",
            "Name a column of the data, spelled as in the data.",
        ),
        "zh": ("{of} 中没有这一列。您是否想用：{nearest}？", "请使用数据中存在的列名，拼写须与数据一致。"),
    },
    "wrong_type": {
        "en": (
            "the column is of type {found}, but {wanted} is needed.",
            "Name another column, or convert this one.",
        ),
        "zh": ("该列的类型是 {found}，而此处需要{wanted}。", "请指定其他列，或转换该列的类型。"),
    },
    "missing_values": {
        "en": (
            "{count} rows have no value here; the first is row {row}.",
            "Every row that is judged needs a value here: fill it in or leave those rows out, and say so.",
        ),
        "zh": (
            "有 {count} 行在此列没有值，首个为第 {row} 行。",
            "每一行在此列都需要有值：请补全，或排除这些行并加以说明。",
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
    "missing_engine": {
        "en": ("this needs packages that are not installed ({package}).", "Install passmuster[evidence]."),
        "zh": ("所需的软件包尚未安装（{package}）。", "请安装 passmuster[evidence]。"),
    },
    "missing_input": {
        "en": ("the check {check} needs these data too.", "Hand over a file or a frame under this name."),
        "zh": ("检查 {check} 还需要这份数据。", "请以此名称提供文件或数据框。"),
    },
    "cancelled": {
        "en": ("the check was stopped before it was done.", "Nothing was kept; run it again when you want it."),
        "zh": ("检查在完成前被停止。", "没有保留任何结果；需要时请重新运行。"),
    },
    "same_data": {
        "en": (
            "two of these results are of the same data, whose rows would count twice.",
            "Name every result once.",
        ),
        "zh": ("其中两个结果来自同一份数据，其行会被重复计数。", "每个结果请只指定一次。"),
    },
    "measured_parameter": {
        "en": (
            "the check {check} counted the data with another value of it; without the data that cannot change.",
            "Run the check on the data with the new value. What may change without them: {free}.",
        ),
        "zh": (
            "检查 {check} 统计数据时使用的是该参数的另一取值，没有数据就无法重新统计。",
            "请以新的取值对数据重新运行检查。无需数据即可更改的参数：{free}。",
        ),
    },
    "other_version": {
        "en": (
            "the result was made by version {made} of this check, and version {installed} is installed.",
            "Run the check on the data again, or use the version that made the result.",
        ),
        "zh": (
            "该结果由此检查的版本 {made} 生成，而已安装的是版本 {installed}。",
            "请对数据重新运行检查，或使用生成该结果的版本。",
        ),
    },
    "statistics_unusable": {
        "en": (
            "the statistics in this result are not those of the check, or do not fit its parameters.",
            "Hand over the result as the check wrote it, or run the check on the data again.",
        ),
        "zh": (
            "该结果中的统计量不是此检查的统计量，或与其参数不符。",
            "请提供检查原样写出的结果，或对数据重新运行检查。",
        ),
    },
    "other_parameters": {
        "en": (
            "results of different checks, versions or parameters cannot be merged.",
            "Merge results of one check that was asked in one way.",
        ),
        "zh": ("检查、版本或参数不同的结果不能合并。", "请只合并以同样方式运行的同一检查的结果。"),
    },
}

REASONS: dict[str, dict[str, str]] = {}
