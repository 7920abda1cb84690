"""Data in a warehouse or on a cluster that cannot be asked."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "password_in_url": {
        "en": (
            "the address holds a password, which others can read in lists of processes.",
            "Take it out of the address and put it into PGPASSWORD or ~/.pgpass; then change it.",
        ),
        "zh": (
            "地址中含有密码，其他人可以在进程列表中看到。",
            "请从地址中去掉密码，改放到 PGPASSWORD 或 ~/.pgpass 中，并更换该密码。",
        ),
    },
    "no_table_named": {
        "en": ("the address must name one table.", "Write postgresql://user@host/database?table=schema.table."),
        "zh": ("地址必须指定一个表。", "请写成 postgresql://user@host/database?table=schema.table。"),
    },
    "missing_table": {
        "en": (
            "there is no such table, or you may not see it. Did you mean: {nearest}?",
            "Name a table or view, with its schema if the search path does not find it.",
        ),
        "zh": (
            "没有这个表，或您无权查看。您是否想用：{nearest}？",
            "请指定表或视图；如果搜索路径中找不到，请写明模式（schema）。",
        ),
    },
    "warehouse_address": {
        "en": (
            "the address cannot be read.",
            "Write postgresql://user@host/database?table=schema.table; options are those of PostgreSQL's own tools.",
        ),
        "zh": (
            "地址无法解析。",
            "请写成 postgresql://user@host/database?table=schema.table；选项与 PostgreSQL 自带工具的相同。",
        ),
    },
    "warehouse_login": {
        "en": (
            "the database does not let this user in.",
            "Check the user and the database, and the password in PGPASSWORD or ~/.pgpass.",
        ),
        "zh": ("数据库拒绝该用户登录。", "请检查用户名、数据库名，以及 PGPASSWORD 或 ~/.pgpass 中的密码。"),
    },
    "warehouse_unreachable": {
        "en": (
            "the database cannot be reached, or has no database of that name.",
            "Check host, port and database, and whether this machine may reach it.",
        ),
        "zh": ("无法连接数据库，或没有该名称的数据库。", "请检查主机、端口和数据库名，以及本机能否访问它。"),
    },
    "warehouse_gone": {
        "en": (
            "the connection to the engine broke half-way.",
            "Nothing was kept, for half an answer proves nothing; run the check again.",
        ),
        "zh": ("与引擎的连接中途断开。", "没有保留任何结果，因为不完整的回答不能作为证据；请重新运行检查。"),
    },
    "warehouse_refused": {
        "en": (
            "the engine could not answer: {reason}.",
            "Mend the data at that place; a view with plain types helps where a type is unusual.",
        ),
        "zh": ("引擎无法回答：{reason}。", "请修正该处的数据；如果某一列的类型特殊，可以改用只含普通类型的视图。"),
    },
    "not_permitted": {
        "en": ("this user may not read the table.", "Ask for the right to SELECT from it."),
        "zh": ("该用户无权读取此表。", "请申请对该表的 SELECT 权限。"),
    },
    "statement_timeout": {
        "en": (
            "the database stopped the query, which took longer than it allows, or its administrator did.",
            "Run it when the database is less busy, or ask for a longer statement_timeout for this user.",
        ),
        "zh": (
            "查询超过了数据库允许的时间，或被管理员终止。",
            "请在数据库较空闲时运行，或为该用户申请更长的 statement_timeout。",
        ),
    },
    "busy_connection": {
        "en": (
            "this connection is inside a transaction, so the check could not see one state of the data only.",
            "Commit or roll back first, or hand over the address instead.",
        ),
        "zh": ("该连接正处于事务之中，检查无法保证只看到数据的同一状态。", "请先提交或回滚，或改为提供地址。"),
    },
    "table_changed": {
        "en": (
            "the data changed while they were being read.",
            "Run the check on data that nobody writes to, or on one version of the table.",
        ),
        "zh": ("数据在读取过程中被改动。", "请在无人写入的数据上，或在表的某个固定版本上运行检查。"),
    },
    "missing_warehouse": {
        "en": ("this engine needs packages that are not installed ({package}).", "Install passmuster[{extra}]."),
        "zh": ("该引擎所需的软件包尚未安装（{package}）。", "请安装 passmuster[{extra}]。"),
    },
}

REASONS: dict[str, dict[str, str]] = {}
