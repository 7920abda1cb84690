"""The smallest framework that has one of everything: 3 questions, 2 tiers, 4 measures, 2 gates. Lint-clean.

`TINY` is the folder as the loader takes it (path to text); `tiny_framework()` is it loaded; `edited` changes one
place of one file, so that a test can break exactly one thing and say where.
"""

from collections.abc import Mapping
from functools import cache

from muster.core.framework import Framework
from muster.core.load import Loaded, load

HEAD = """\
id: tiny
version: '1.0.0'
name: {en: Tiny, zh-Hans: 微型框架}
description: {en: One of everything, zh-Hans: 每样各一}
languages: [en, zh-Hans]
as_of: '2026-11-01'
review_by: '2027-11-01'
sponsor: Chief risk officer
parts: [questions.yaml, policy.yaml, process.yaml, regulation.yaml]
"""

QUESTIONS = """\
attributes:
- {id: audience, type: ordinal, values: [team, company, public]}
- {id: personal_data, type: bool, values: [true, false]}
- {id: regions, type: multi, values: [eu, us, other]}
- {id: include_superseded, type: bool, values: [true, false], default: false}
derived_attributes:
- id: eu_personal
  type: bool
  rule:
    all:
    - {attr: regions, op: any_of, value: [eu]}
    - {attr: personal_data, op: eq, value: true}
questions:
- id: use
  title: {en: The use, zh-Hans: 用途}
  questions:
  - id: q_audience
    label: {en: Who sees the outcome?, zh-Hans: 谁看到结果？}
    type: single
    sets: audience
    dimension: reach
    scored: true
    options:
    - {value: team, label: {en: One team, zh-Hans: 一个团队}, weight: 0}
    - {value: company, label: {en: The company, zh-Hans: 公司内部}, weight: 1}
    - {value: public, label: {en: The public, zh-Hans: 公众}, weight: 2}
  - id: q_regions
    label: {en: Where?, zh-Hans: 在哪里？}
    type: multi
    sets: regions
    dimension: context
    scored: false
    options:
    - {value: eu, label: {en: European Union, zh-Hans: 欧盟}}
    - {value: us, label: {en: United States, zh-Hans: 美国}}
    - {value: other, label: {en: Elsewhere, zh-Hans: 其他地区}}
  - id: q_personal
    label: {en: Does it use personal data?, zh-Hans: 是否使用个人信息？}
    type: single
    sets: personal_data
    dimension: data
    scored: true
    show_if: {attr: audience, op: gte, value: company}
    value_when_hidden: false
    options:
    - {value: true, label: {en: 'Yes', zh-Hans: 是}, weight: 2}
    - {value: false, label: {en: 'No', zh-Hans: 否}, weight: 0}
"""

POLICY = """\
dimensions:
- {id: reach, name: {en: Reach, zh-Hans: 影响范围}, weight: 0.6}
- {id: data, name: {en: Data, zh-Hans: 数据}, weight: 0.4}
tiers:
- id: T1
  name: {en: Light, zh-Hans: 轻量}
  description: {en: Internal insight, zh-Hans: 内部洞察}
  threshold: 0
  review_months: 24
- id: T2
  name: {en: High, zh-Hans: 高}
  description: {en: Touches people, zh-Hans: 涉及个人}
  threshold: 0.5
  review_months: 12
floors:
- id: F1
  minimum: T2
  when: {attr: eu_personal, op: eq, value: true}
  reason: {en: Personal data in the Union, zh-Hans: 在欧盟使用个人信息}
categories:
- id: C1
  when: {attr: audience, op: eq, value: public}
  raises: {documentation: standard}
  reason: {en: The public sees it, zh-Hans: 面向公众}
triggers:
- {id: scheduled, when: {en: The review interval is over, zh-Hans: 达到复审周期}}
provisional_minimum: T2
stances:
- id: openness
  label: {en: How open are decisions?, zh-Hans: 决策公开到什么程度？}
  type: single
  options:
  - {value: open, label: {en: Open, zh-Hans: 公开}, raises: {documentation: standard}}
  - {value: closed, label: {en: On request, zh-Hans: 应请求公开}}
tolerances:
- {id: max_gap, name: {en: Largest gap between groups, zh-Hans: 群体间最大差距}, value: 0.1, stance: openness}
considerations:
- {id: documentation, name: {en: Documentation, zh-Hans: 文档}}
- {id: fairness, name: {en: Fairness, zh-Hans: 公平性}}
measures:
- id: doc_note
  name: {en: Write a note, zh-Hans: 写一份说明}
  description: {en: Say what the model is for., zh-Hans: 说明模型的用途。}
  consideration: documentation
  level: light
  scope: use_case
  placed_in: [scoping.describe]
  responsible: owner
  accountable: owner
  evidence: [attestation]
- id: doc_card
  name: {en: Write a model card, zh-Hans: 编写模型卡}
  description: {en: Describe data and limits., zh-Hans: 描述数据与局限。}
  consideration: documentation
  level: standard
  scope: version
  placed_in: [release.build]
  responsible: scientist
  accountable: scientist
  evidence: [document]
- id: fair_think
  name: {en: Think about harm, zh-Hans: 思考可能的伤害}
  description: {en: Name who could be harmed., zh-Hans: 指出谁可能受到伤害。}
  consideration: fairness
  level: light
  scope: use_case
  placed_in: [scoping.describe]
  responsible: owner
  accountable: owner
  evidence: [attestation]
- id: fair_test
  name: {en: Compare groups, zh-Hans: 比较各群体}
  description: {en: Measure the gap between groups., zh-Hans: 测量群体之间的差距。}
  consideration: fairness
  level: strict
  scope: version
  placed_in: [release.validate]
  responsible: scientist
  accountable: validator
  evidence:
  - kind: computed
    check: fairness
    covers_protected: true
    criteria:
    - {figure: selection_rate_difference, at_most: {tolerance: max_gap}, use: high}
  applies_if: {attr: personal_data, op: eq, value: true}
matrix:
  documentation: {T1: light, T2: standard}
  fairness: {T1: light, T2: strict}
build_profile:
- id: simple_first
  name: {en: Simple first, zh-Hans: 先简单}
  says: {en: Prefer readable models., zh-Hans: 优先使用可读的模型。}
  tiers: [T2]
checks:
- id: fairness
  description: {en: Gaps between groups, zh-Hans: 群体差距}
  engine: compute
card: [doc_note, fair_think]
"""

PROCESS = """\
process:
  steps:
  - id: scoping
    name: {en: Scoping, zh-Hans: 界定范围}
    activities:
    - {id: describe, name: {en: Describe, zh-Hans: 描述用途}}
    exit_gate: G1
  - id: release
    name: {en: Release, zh-Hans: 发布}
    activities:
    - {id: build, name: {en: Build, zh-Hans: 构建}}
    - {id: validate, name: {en: Validate, zh-Hans: 验证}}
    exit_gate: G2
  gates:
  - id: G1
    question: {en: Is the purpose clear?, zh-Hans: 目的是否明确？}
    subject: use_case
    sign_offs:
    - {role: owner, meaning: responsibility, activity: describe_use}
    distinct_people: {T1: 1, T2: 1}
  - id: G2
    question: {en: Is it good enough?, zh-Hans: 是否足够好？}
    subject: version
    sign_offs:
    - {role: owner, meaning: responsibility, activity: describe_use}
    - {role: validator, meaning: review, activity: validation, tiers: [T2]}
    distinct_people: {T1: 1, T2: 2}
    valid_days: 365
  variants:
  - id: one_off
    name: {en: One-off analysis, zh-Hans: 一次性分析}
    when: {attr: audience, op: eq, value: team}
    tiers: [T1]
    steps: [scoping]
    difference: {en: One signature., zh-Hans: 一次签核。}
    merge_into: G1
    sign_offs:
    - {role: owner, meaning: responsibility, activity: describe_use}
    expires_days: 180
  - id: normal
    name: {en: Normal path, zh-Hans: 常规流程}
    when: {attr: audience, op: gte, value: company}
    steps: [scoping, release]
    difference: {en: Nothing left out., zh-Hans: 不作省略。}
  environments:
  - {id: development, name: {en: Development, zh-Hans: 开发}}
  - {id: production, name: {en: Production, zh-Hans: 生产}, gates: [G1, G2]}
roles:
- id: owner
  name: {en: Owner, zh-Hans: 负责人}
  home_level: tactical
  may: [see, open_use_case, answer, set_people, attest, sign]
- id: scientist
  name: {en: Scientist, zh-Hans: 数据科学家}
  home_level: operational
  may: [see, answer, attest, register_version, hand_in_evidence, see_small_cells]
- id: validator
  name: {en: Validator, zh-Hans: 验证人}
  home_level: tactical
  may: [see, attest, hand_in_evidence, sign, release, see_small_cells]
levels:
- {id: tactical, name: {en: Tactical, zh-Hans: 战术层}}
- {id: operational, name: {en: Operational, zh-Hans: 操作层}}
raci:
- id: describe_use
  name: {en: Describe the use, zh-Hans: 描述用途}
  level: tactical
  step: scoping
  covers: [scoping.describe]
  accountable: owner
  responsible: [owner]
  informed: [validator]
- id: building
  name: {en: Build the model, zh-Hans: 构建模型}
  level: operational
  step: release
  covers: [release.build]
  accountable: scientist
  responsible: [scientist]
- id: validation
  name: {en: Validate the model, zh-Hans: 验证模型}
  level: tactical
  step: release
  covers: [release.validate]
  accountable: validator
  responsible: [validator]
  consulted: [scientist]
duties:
- id: sod1
  rule: {en: Nobody validates their own work., zh-Hans: 任何人不得验证自己的工作。}
  activities: [validation]
  conflicts_with: [building]
"""

REGULATION = """\
instruments:
- id: tiny_law
  name: {en: Tiny Act, zh-Hans: 微型法案}
  short_name: Tiny Act
  jurisdiction: EU
  kind: law
  status: in_force
  applies_from: '2026-01-01'
  applies_when: {attr: regions, op: any_of, value: [eu]}
  sources: [S1]
  supersedes: [old_law]
  requirements:
  - id: tiny_law.art1
    ref: Art 1
    title: {en: Compare groups, zh-Hans: 比较各群体}
    obligation: {en: Know the gap between groups., zh-Hans: 了解群体之间的差距。}
    strength: must
    lifecycle_step: release
    consideration: fairness
    evidence: ['computed:fairness']
    suggested_measures: [fair_test, fair_think]
    applies_if: {attr: eu_personal, op: eq, value: true}
- id: old_law
  name: {en: Old Act, zh-Hans: 旧法案}
  short_name: Old Act
  jurisdiction: EU
  kind: law
  status: superseded
  applies_when:
    all:
    - {attr: regions, op: any_of, value: [eu]}
    - {attr: include_superseded, op: eq, value: true}
  superseded_by: [tiny_law]
  requirements: []
sources:
- {id: S1, basis: official journal, title: Tiny Act}
"""

SCENARIO = """\
id: lunch
name: {en: Lunch counts, zh-Hans: 餐量统计}
answers:
  q_audience: team
  q_regions: [eu]
expected:
  dimension_percent: {reach: 0.0, data: 0.0}
  overall: 0.0
  base_tier: T1
  floors: []
  tier: T1
  modifiers: []
  levels: {documentation: light, fairness: light}
  matrix_measure_count: 2
  instruments: [tiny_law]
  applicable_requirement_count: 0
  measures_pulled_by_must_requirements: []
"""

TINY: dict[str, str] = {
    "framework.yaml": HEAD,
    "questions.yaml": QUESTIONS,
    "policy.yaml": POLICY,
    "process.yaml": PROCESS,
    "regulation.yaml": REGULATION,
    "scenarios/lunch.yaml": SCENARIO,
}


def edited(path: str, old: str, new: str, folder: Mapping[str, str] = TINY) -> dict[str, str]:
    """Return the folder with the one place `old` of file `path` replaced by `new`."""
    assert folder[path].count(old) == 1, f"{old!r} stands {folder[path].count(old)} times in {path}"
    return {**folder, path: folder[path].replace(old, new)}


def place(folder: Mapping[str, str], path: str, needle: str) -> str:
    """Return ``path:line:column`` of the one place where `needle` begins."""
    text = folder[path]
    assert text.count(needle) == 1, f"{needle!r} stands {text.count(needle)} times in {path}"
    before = text[: text.index(needle)]
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@cache
def tiny_framework() -> Framework:
    """Return the tiny framework, loaded."""
    outcome = load(TINY)
    assert isinstance(outcome, Loaded), outcome
    return outcome.framework
