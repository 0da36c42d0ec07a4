"""The charts: the policy written out once, the contract of guards, agreement with the library, laws of random lives."""

from __future__ import annotations

import inspect
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from statemachine.exceptions import TransitionNotAllowed

from lianban import errors
from lianban.rules.actors import HOLDER, SYSTEM, Actor, Role, StandIn
from lianban.rules.lifecycles import (
    ENTRIES,
    ROLES,
    ROWS,
    AppealLife,
    CallbackLife,
    CampaignLife,
    CaseLife,
    CaseRow,
    DifficultyLife,
    HearingLife,
    Illegal,
    Life,
    RectificationLife,
    Subject,
    TaskLife,
    TaskRow,
    VisitLife,
    advance,
    buttons,
    fire,
    labels,
    options,
    table,
)
from lianban.rules.lifepage import page

REGION = "430100"


def person(id: str, department: str = "", *roles: Role, region: str = REGION) -> Actor:
    return Actor(id, id, region, frozenset(roles), department)


CLERK = person("clerk", "", Role.CLERK)
OFFICER = person("officer", "police", Role.APPROVER)
COLLEAGUE = person("colleague", "police", Role.APPROVER)
HEAD = person("head", "police", Role.DEPARTMENT_HEAD)
STRANGER = person("stranger", "health", Role.APPROVER)
ELSEWHERE = person("elsewhere", "police", Role.APPROVER, region="222405")
SUPERVISOR = person("supervisor", "police", Role.SUPERVISOR)
ACTORS = [SYSTEM, HOLDER, CLERK, OFFICER, COLLEAGUE, HEAD, STRANGER, ELSEWHERE, SUPERVISOR]

POLICY = {
    AppealLife: {
        "filed": {
            "convene": ("reviewing", "convener uninvolved composed outside"),
            "withdraw": ("withdrawn", "appellant explained"),
        },
        "reviewing": {
            "replace": ("reviewing", "convener uninvolved vacant outside explained"),
            "vote": ("reviewing", "seated unvoted reasoned"),
            "uphold": ("valid", "system all_voted found_valid"),
            "overturn": ("invalid", "system all_voted found_invalid"),
        },
        "valid": {},
        "invalid": {},
        "withdrawn": {},
    },
    CallbackLife: {
        "waiting": {"make_ready": ("pending", "system replied_to"), "drop": ("dropped", "system moot")},
        "pending": {
            "attempt": ("pending", "caller other_hour"),
            "reach": ("done", "caller"),
            "give_up": ("unreached", "system tried_enough"),
            "drop": ("dropped", "system moot"),
        },
        "done": {},
        "unreached": {},
        "dropped": {},
    },
    CaseLife: {
        "draft": {
            "receive": ("received", "clerk presentable"),
            "accept": ("processing", "clerk complete"),
            "turn": ("turned", "clerk explained"),
            "discard": ("discarded", "clerk"),
        },
        "received": {
            "accept": ("processing", "clerk complete"),
            "notify": ("correcting", "clerk screened gapped"),
            "deem": ("processing", "system silent"),
            "reject": ("not_accepted", "clerk none_left"),
            "turn": ("turned", "clerk explained"),
            "withdraw": ("withdrawn", "clerk wished"),
        },
        "correcting": {
            "answer": ("received", "applicants_side supplied"),
            "turn": ("turned", "clerk explained"),
            "withdraw": ("withdrawn", "clerk wished"),
            "give_up": ("given_up", "system unanswered"),
            "give_back": ("returned", "clerk unanswered"),
        },
        "processing": {
            "fold": ("withdrawn", "system all_withdrawn"),
            "conclude": ("decided", "system settled"),
        },
        "decided": {"deliver": ("delivered", "deliverer handed_over")},
        "delivered": {"close": ("closed", "clerk")},
        "closed": {},
        "discarded": {},
        "not_accepted": {},
        "turned": {},
        "withdrawn": {},
        "given_up": {},
        "returned": {},
    },
    TaskLife: {
        "waiting": {
            "dispatch": ("dispatched", "system ready"),
            "lapse": ("lapsed", "system lost"),
            "withdraw": ("withdrawn", "clerk wished"),
            "terminate": ("terminated", "system promise_broken"),
        },
        "dispatched": {
            "claim": ("reviewing", "officer"),
            "withdraw": ("withdrawn", "clerk wished"),
            "terminate": ("terminated", "system promise_broken"),
        },
        "reviewing": {
            "release": ("dispatched", "officer in_charge"),
            "hand_over": ("reviewing", "officer in_charge colleague"),
            "grant": ("granted", "officer holder surveyed passed rectified made_up heard evidenced"),
            "refuse": ("refused", "officer holder heard reasoned"),
            "withdraw": ("withdrawn", "clerk wished"),
            "terminate": ("terminated", "system promise_broken"),
        },
        "granted": {},
        "refused": {},
        "lapsed": {},
        "withdrawn": {},
        "terminated": {},
    },
    HearingLife: {
        "told": {
            "announce": ("announced", "office ex_officio"),
            "apply": ("applied", "sides in_time"),
            "expire": ("waived", "system over"),
            "waive": ("waived", "sides nobody_left"),
        },
        "announced": {"call": ("called", "office")},
        "applied": {
            "waive": ("waived", "sides nobody_left"),
            "take_back": ("told", "sides in_time"),
            "call": ("called", "office"),
        },
        "called": {
            "waive": ("waived", "sides nobody_left"),
            "take_back": ("told", "sides in_time"),
            "recall": ("called", "office"),
            "hold": ("held", "office day_come presided unchallenged"),
        },
        "held": {"confirm": ("recorded", "office signed")},
        "recorded": {},
        "waived": {},
    },
    RectificationLife: {
        "pending": {
            "verify": ("verified", "supervising impartial grounded"),
            "explain": ("replied", "supervising impartial grounded"),
            "annul": ("void", "system"),
        },
        "verified": {"transfer": ("transferred", "supervising impartial"), "annul": ("void", "system")},
        "transferred": {
            "accept": ("rectifying", "unit impartial"),
            "pass_on": ("transferred", "unit impartial hops_left grounded"),
            "send_up": ("assigning", "unit impartial hops_over grounded"),
            "assign": ("transferred", "supervising impartial grounded"),
            "annul": ("void", "system"),
        },
        "assigning": {
            "assign": ("transferred", "supervising impartial grounded"),
            "annul": ("void", "system"),
        },
        "rectifying": {
            "assign": ("transferred", "supervising impartial grounded"),
            "take_over": ("rectifying", "unit impartial anothers"),
            "ask_extension": ("rectifying", "unit impartial never_extended in_time grounded"),
            "grant_extension": ("rectifying", "supervising impartial extension_asked four_eyes"),
            "refuse_extension": ("rectifying", "supervising impartial extension_asked four_eyes grounded"),
            "finish": ("rectified", "unit impartial grounded"),
            "annul": ("void", "system"),
        },
        "rectified": {"reply": ("replied", "unit impartial grounded"), "annul": ("void", "system")},
        "replied": {
            "rerate": ("reviewed", "rater content"),
            "reopen": ("rectifying", "rater discontent first_time founded"),
            "reverify": ("pending", "rater discontent first_time unfounded"),
            "persist": ("reviewed", "rater discontent second_time"),
            "expire": ("reviewed", "system over"),
            "annul": ("void", "system"),
        },
        "reviewed": {
            "reopen": ("rectifying", "rater discontent first_time founded"),
            "reverify": ("pending", "rater discontent first_time unfounded"),
            "write_off": ("written_off", "supervising impartial called unappealed grounded"),
            "annul": ("void", "system"),
        },
        "written_off": {},
        "void": {},
    },
    VisitLife: {
        "planned": {
            "rearrange": ("planned", "arranging not_begun may_change grounded"),
            "cancel": ("cancelled", "arranging grounded"),
            "miss": ("missed", "arranging begun grounded"),
            "begin": ("under_way", "surveying day_come manned"),
            "leave": ("planned", "arranging grounded someone_stays"),
            "dissolve": ("cancelled", "system nobody_left"),
        },
        "under_way": {
            "conclude": ("under_way", "surveying manned own_open"),
            "leave": ("under_way", "arranging grounded someone_stays"),
            "finish": ("done", "system all_concluded"),
            "dissolve": ("cancelled", "system nobody_left"),
        },
        "done": {},
        "missed": {},
        "cancelled": {},
    },
    CampaignLife: {
        "planned": {
            "plan": ("planned", "leading grounded"),
            "join": ("planned", "supervising akin"),
            "begin": ("running", "supervising measured"),
            "cancel": ("cancelled", "supervising grounded"),
        },
        "running": {
            "plan": ("running", "leading grounded"),
            "join": ("running", "supervising akin"),
            "prove": ("running", "carrying undone grounded"),
            "report": ("reported", "leading measured all_done"),
            "cancel": ("cancelled", "supervising grounded"),
        },
        "reported": {
            "send_back": ("running", "supervising grounded"),
            "write_off": ("written_off", "supervising uninvolved ledger_closed grounded"),
        },
        "written_off": {},
        "cancelled": {},
    },
    DifficultyLife: {
        "registered": {
            "triage": ("triaged", "centre uninvolved categorised"),
            "exclude": ("out_of_scope", "centre uninvolved channelled"),
        },
        "triaged": {
            "triage": ("triaged", "centre uninvolved categorised"),
            "exclude": ("out_of_scope", "centre uninvolved channelled"),
            "settle": ("replied", "centre uninvolved easy worded"),
            "dispatch": ("dispatched", "centre uninvolved addressed"),
            "judge": ("triaged", "overseer uninvolved blaming unjudged explained"),
            "escalate": ("escalated", "overseer uninvolved explained"),
        },
        "dispatched": {
            "accept": ("handling", "unit uninvolved own_waiting"),
            "give_back": ("triaged", "leading_unit uninvolved returnable explained"),
            "leave": ("dispatched", "unit uninvolved assisting returnable explained"),
            "tell": ("dispatched", "handlers uninvolved worded"),
            "judge": ("dispatched", "overseer uninvolved blaming unjudged explained"),
            "escalate": ("escalated", "overseer uninvolved explained"),
        },
        "handling": {
            "accept": ("handling", "unit uninvolved own_waiting"),
            "give_back": ("triaged", "leading_unit uninvolved returnable explained"),
            "leave": ("handling", "unit uninvolved assisting returnable explained"),
            "contribute": ("handling", "unit uninvolved assisting own_accepted worded"),
            "tell": ("handling", "handlers uninvolved worded"),
            "postpone": ("handling", "leading_unit uninvolved in_time first_delay explained"),
            "judge": ("handling", "overseer uninvolved blaming unjudged explained"),
            "reply": ("replied", "leading_unit uninvolved accepted all_reported judged worded"),
            "refer": ("escalated", "leading_unit uninvolved accepted all_reported judged worded"),
            "escalate": ("escalated", "overseer uninvolved explained"),
        },
        "escalated": {
            "tell": ("escalated", "handlers uninvolved worded"),
            "confirm": ("replied", "government uninvolved proposed"),
            "instruct": ("dispatched", "government uninvolved addressed explained"),
        },
        "replied": {
            "call_back": ("called_back", "asker uninvolved not_the_replier"),
        },
        "called_back": {
            "reopen": ("triaged", "system displeased first_time"),
            "raise_again": ("escalated", "system displeased again"),
            "close": ("closed", "centre uninvolved not_the_replier caused"),
        },
        "closed": {},
        "out_of_scope": {},
    },
}
LIVES = list(POLICY)
ROW = ROWS


def task(state: str = "dispatched", **kw: object) -> TaskRow:
    return TaskRow("t", state, REGION, **{"item": "hukou", "department": "police", **kw})  # type: ignore[arg-type]


@pytest.mark.parametrize("life", LIVES)
def test_the_policy_is_the_one_agreed(life: type[Life]) -> None:
    found = {s: {e: (step.target, " ".join(step.guards)) for e, step in es.items()} for s, es in table(life).items()}
    assert found == POLICY[life]


@pytest.mark.parametrize("life", LIVES)
def test_every_event_has_one_role_and_every_guard_a_sentence(life: type[Life]) -> None:
    for steps in table(life).values():
        for step in steps.values():
            assert len(ROLES & set(step.guards)) == 1
            for name in step.guards:
                guard = getattr(ROW[life], name)
                assert guard.__doc__ and not guard.__doc__.endswith("。")
                assert not inspect.iscoroutinefunction(guard)


@pytest.mark.parametrize("life", LIVES)
def test_no_attribute_of_a_row_is_taken_for_a_callback(life: type[Life]) -> None:
    names = {n for n in dir(ROW[life]) if not n.startswith("_")}
    assert not [n for n in names if n.startswith(("on_", "before_", "after_"))]
    assert not names & ({s.id for s in life.states} | set(labels(life)))


def test_the_page_is_current() -> None:
    file = Path(__file__).parents[2] / "docs" / "lifecycles.md"
    assert file.read_text("utf-8") == page(), "run: python -m lianban.rules.lifepage > docs/lifecycles.md"


def test_an_unknown_stored_state_fails_at_load() -> None:
    with pytest.raises(KeyError):
        task("approved")


task_rows = st.builds(
    task,
    st.sampled_from(list(POLICY[TaskLife])),
    claimed_by=st.sampled_from(["", "officer", "colleague"]),
    needs_survey=st.booleans(),
    survey=st.sampled_from(["", "pass", "pass_with_rectification", "fail"]),
    after=st.lists(st.builds(task, st.sampled_from(list(POLICY[TaskLife]))), max_size=2),
    heir=st.sampled_from([None, *ACTORS]),
    evidence=st.booleans(),
    reasons=st.booleans(),
    gap_open=st.booleans(),
    gap_failed=st.booleans(),
    hearing_open=st.booleans(),
    wish=st.booleans(),
)
case_rows = st.builds(
    CaseRow,
    st.just("c"),
    st.sampled_from(list(POLICY[CaseLife])),
    st.just(REGION),
    st.lists(task_rows, max_size=3),
    form_complete=st.booleans(),
    all_delivered=st.booleans(),
    identified=st.booleans(),
    screening_open=st.booleans(),
    gaps=st.integers(0, 2),
    all_supplied=st.booleans(),
    answer_overdue=st.booleans(),
    applicant_overdue=st.booleans(),
    no_items_left=st.booleans(),
    reason_given=st.booleans(),
    wish=st.booleans(),
)
EVENTS = [*labels(CaseLife), *labels(TaskLife)]


@given(st.one_of(task_rows, case_rows), st.sampled_from(ACTORS), st.sampled_from(EVENTS))
@settings(max_examples=600, deadline=None)
def test_our_table_and_the_library_decide_alike(row: Subject, actor: Actor, event: str) -> None:
    copy = replace(row)
    chart = copy.life(copy)
    enabled = {e.id for e in chart.enabled_events(actor=actor)}
    assert enabled == {e for e, unmet in options(row, actor).items() if not unmet}
    before = row.state
    if options(row, actor).get(event) == []:
        fire(row, event, actor)
        chart.send(event, actor=actor)
        assert copy.state == row.state
        return
    with pytest.raises(Illegal) as illegal:
        fire(row, event, actor)
    assert event not in illegal.value.legal or event in ENTRY_EVENTS
    with pytest.raises(TransitionNotAllowed):
        chart.send(event, actor=actor)
    assert row.state == copy.state == before


ENTRY_EVENTS = {e for life in LIVES for es in table(life).values() for e, s in es.items() if ENTRIES & set(s.guards)}


@pytest.mark.parametrize("name", ["grant.x", "done.state.reviewing", "state", "model", "", "claim "])
def test_no_other_name_is_an_event(name: str) -> None:
    row = task()
    with pytest.raises(Illegal):
        fire(row, name, OFFICER)
    assert row.state == "dispatched"


def test_buttons_hide_what_is_not_ones_own_and_explain_what_is_not_yet_open() -> None:
    row = task("reviewing", claimed_by="officer", needs_survey=True)
    assert buttons(row, STRANGER) == {} and buttons(row, ELSEWHERE) == {}
    assert buttons(row, CLERK) == {"withdraw": []}
    mine = buttons(row, OFFICER)
    assert mine["refuse"] == mine["release"] == mine["hand_over"] == []
    assert mine["grant"] == ["这个事项需要现场勘查，请先登记勘查结果"]
    assert buttons(row, HEAD)["release"] == [] and buttons(row, HEAD)["grant"]
    assert buttons(row, COLLEAGUE)["release"] != []


def test_a_refused_event_says_why_and_what_is_possible_instead() -> None:
    with pytest.raises(errors.Conflict, match="理由、法律依据和救济途径") as refused:
        fire(task("reviewing", claimed_by="officer"), "refuse", OFFICER)
    assert isinstance(refused.value, Illegal) and set(refused.value.unmet) == {"reasoned"}
    with pytest.raises(Illegal, match="“准予”时不能签收") as refused:
        fire(task("granted"), "claim", OFFICER)
    assert refused.value.legal == []


def test_a_failed_survey_blocks_the_grant_until_a_new_one_passes() -> None:
    row = task("reviewing", claimed_by="officer", needs_survey=True, survey="fail", evidence=True)
    with pytest.raises(Illegal, match="不合格"):
        fire(row, "grant", OFFICER)
    row.survey = "pass_with_rectification"
    with pytest.raises(Illegal, match="复查合格后才能准予"):
        fire(row, "grant", OFFICER)
    row.survey = "pass"
    assert fire(row, "grant", OFFICER).target == "granted"


def test_the_substitute_acts_for_the_one_who_is_away_with_the_rights_of_that_post() -> None:
    row = task("reviewing", claimed_by="officer", evidence=True)
    deputy = replace(COLLEAGUE, stands_for=(StandIn("officer", "officer", OFFICER.roles),))
    assert deputy.on_behalf_of(holder="officer") == "officer" and COLLEAGUE.on_behalf_of(holder="officer") == ""
    with pytest.raises(Illegal, match="签收人"):
        fire(row, "grant", COLLEAGUE)
    assert fire(row, "grant", deputy).target == "granted"


def test_a_withdrawn_item_takes_along_what_waits_for_it_and_leaves_the_rest() -> None:
    case = build({"a": [], "b": ["a"], "c": []})
    advance(case)
    case.tasks[0].wish = True
    fire(case.tasks[0], "withdraw", CLERK)
    advance(case)
    assert [t.state for t in case.tasks] == ["withdrawn", "lapsed", "dispatched"] and case.state == "processing"
    case.tasks[2].wish = True
    fire(case.tasks[2], "withdraw", CLERK)
    assert [m.event for m in advance(case)] == ["fold"] and case.state == "withdrawn"


def build(graph: dict[str, list[str]], order: tuple[str, ...] | None = None) -> CaseRow:
    rows = {i: TaskRow(i, "waiting", REGION, item=i, department="police") for i in graph}
    for item, needs in graph.items():
        rows[item].after = [rows[n] for n in needs]
    return CaseRow("case", "processing", REGION, [rows[i] for i in order or graph])


def decide(case: CaseRow, item: str, event: str) -> None:
    row = next(t for t in case.tasks if t.item == item)
    fire(row, "claim", OFFICER)
    row.claimed_by, row.evidence, row.reasons = "officer", True, True
    fire(row, event, OFFICER)
    advance(case)


def test_a_refusal_lapses_the_chain_behind_it_and_the_case_still_concludes() -> None:
    case = build({"a": [], "b": ["a"], "c": ["b"], "d": ["c"], "e": []})
    advance(case)
    assert [t.state for t in case.tasks] == ["dispatched", "waiting", "waiting", "waiting", "dispatched"]
    decide(case, "e", "grant")
    assert case.state == "processing"
    decide(case, "a", "refuse")
    assert [t.state for t in case.tasks] == ["refused", "lapsed", "lapsed", "lapsed", "granted"]
    assert (case.state, case.outcome) == ("decided", "partial")


def test_outcomes() -> None:
    for event, outcome in (("grant", "granted"), ("refuse", "refused")):
        case = build({"a": [], "b": ["a"]})
        advance(case)
        decide(case, "a", event)
        if event == "grant":
            decide(case, "b", event)
        assert (case.state, case.outcome) == ("decided", outcome)


def test_the_order_in_which_the_system_plays_does_not_matter() -> None:
    graph: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    ends = set()
    for order in permutations(graph):
        case = build(graph, order)
        advance(case)
        decide(case, "a", "grant")
        decide(case, "b", "refuse")
        ends.add(tuple(sorted((t.item, t.state) for t in case.tasks)))
    assert ends == {(("a", "granted"), ("b", "refused"), ("c", "dispatched"), ("d", "lapsed"))}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    items = list("abcdef")[: draw(st.integers(1, 6))]
    return {item: draw(st.lists(st.sampled_from(items[:n]), unique=True)) if n else [] for n, item in enumerate(items)}


class OneThing(RuleBasedStateMachine):
    """A case of random shape meets random actors."""

    @initialize(graph=graphs(), survey=st.booleans())
    def start(self, graph: dict[str, list[str]], survey: bool) -> None:
        self.case = build(graph)
        self.case.state, self.case.form_complete = "draft", True
        self.case.identified, self.case.gaps, self.case.all_supplied = True, 1, True
        for row in self.case.tasks:
            row.needs_survey = survey
            row.wish = True
        self.moves: list[tuple[str, str, str, str]] = []

    def play(self, subject: Subject, event: str, actor: Actor) -> None:
        before = [s.state for s in (self.case, *self.case.tasks)]
        try:
            move = fire(subject, event, actor)
        except Illegal:
            assert [s.state for s in (self.case, *self.case.tasks)] == before
            return
        if isinstance(subject, TaskRow):
            assert event == "withdraw" or (actor.department, actor.region) == ("police", REGION)
            subject.claimed_by = actor.id if event == "claim" else subject.claimed_by
        for m in (move, *advance(self.case)):
            self.moves.append((m.subject.id, m.event, m.source, m.target))

    # The system acts through `advance` only, which begins with the acceptance.
    @rule(data=st.data(), actor=st.sampled_from([a for a in ACTORS if a is not SYSTEM]), event=st.sampled_from(EVENTS))
    def anything(self, data: st.DataObject, actor: Actor, event: str) -> None:
        self.play(data.draw(st.sampled_from([self.case, *self.case.tasks])), event, actor)

    @precondition(lambda self: self.case.state == "draft")
    @rule()
    def accept(self) -> None:
        self.play(self.case, "accept", CLERK)

    @rule(data=st.data(), event=st.sampled_from(["claim", "grant", "refuse"]), survey=st.sampled_from(["pass", "fail"]))
    def work(self, data: st.DataObject, event: str, survey: str) -> None:
        row = data.draw(st.sampled_from(self.case.tasks))
        row.survey, row.evidence, row.reasons = survey, True, True
        self.play(row, event, OFFICER)

    @invariant()
    def laws(self) -> None:
        case = self.case
        assert advance(case) == [], "the system owes nothing after an event"
        if case.state in ("decided", "delivered", "closed"):
            assert all(t.stage.final for t in case.tasks) and case.outcome
        if case.state == "withdrawn":
            assert not any(t.state in ("granted", "refused") for t in case.tasks)
        for t in case.tasks:
            if t.state not in ("waiting", "lapsed", "withdrawn", "terminated"):
                assert all(n.state == "granted" for n in t.after)
            if t.state == "granted" and t.needs_survey:
                assert t.survey != ""
        replay = {s.id: "waiting" for s in case.tasks} | {case.id: "draft"}
        for subject, _, source, target in self.moves:
            assert replay[subject] == source
            replay[subject] = target
        assert replay == {s.id: s.state for s in (case, *case.tasks)}
        assert sum(event == "conclude" for _, event, _, _ in self.moves) <= 1


OneThing.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestOneThing = OneThing.TestCase
