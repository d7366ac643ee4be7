"""The person wants something erased: asked, decided with reasons, done by two, and proved."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.situations.test_own_copy import text_of
from tests.e2e.test_erasure_travels import boris_confirms
from tests.e2e.test_moving import values_in_the_journal

from nrm_desktop.app.commands import AskAccess, DecideAccess
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.proofs import requests_of
from nrm_desktop.bootstrap.destroying import carry_out_order
from nrm_desktop.bootstrap.proving import prove, write_proof
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId

NAME = FieldId("screening.given_name")
WORDS = "Qvarnia"
ON_PAPER = (
    "What was erased",
    "Destroy it",
    "In part",
    "The trial needs the rest.",
    "It is erased there.",
    "Harbour Clinic",
    "They stay for the reasons above.",
)
pytestmark = [pytest.mark.rule("N9"), pytest.mark.promise("P14")]


def a_file(ana):
    case = ana.opens_a_case()
    ana.writes_at(case, {"screening[+1].given_name": WORDS, "screening[+1].danger_now": "yes"})
    return case


def asks(ana, case, kind="erase"):
    command = AskAccess(scope=case, kind=kind, on="2026-11-20")
    return ana.laptop.vault.handle(command)[0].request


def decides(ana, case, request, decision="granted", reason="It is yours"):
    command = DecideAccess(scope=case, request=request, decision=decision, reason=reason)
    ana.laptop.vault.handle(command)


def order_for(request, **more) -> EraseOrder:
    fields = frozenset() if more.get("whole_case") else frozenset({NAME})
    return EraseOrder("asked for", "P-01", fields, second="P-02", request=request, **more)


def carry_out(ana, case, order):
    return carry_out_order(ana.laptop.vault, case, order, boris_confirms(ana.laptop))


@pytest.mark.rule("R5")
def test_what_was_erased_is_proved_by_kinds_computers_and_what_remains(tmp_path, tool):
    with workers(tmp_path, 3) as everybody:
        ana, boris, _ = everybody
        stick, folder = tmp_path / "stick", tmp_path / "out"
        folder.mkdir()
        case = a_file(ana)
        harbour = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(case, harbour, identity="yes")
        ana.passes(case, harbour, tmp_path / "sent")
        everybody_meets(stick, *everybody)
        request = asks(ana, case)
        decides(ana, case, request, "partly", "The trial needs the rest.")
        carry_out(ana, case, order_for(request))
        ana.laptop.sync(stick)
        boris.laptop.sync(stick)
        ana.laptop.sync(stick)

        vault = ana.laptop.vault
        proof = prove(vault, code := ana.sees(case).row.code)
        assert [one.kinds for one in proof.erased] == [("screening",)]
        assert sorted(one.is_done for one in proof.computers) == [False, True, True]
        assert proof.recipients == ("Harbour Clinic",)
        written = write_proof(vault, proof, str(folder), "pdf")
        text = " ".join(text_of(written.path, tool).split())
        assert [told for told in ON_PAPER if told not in text] == []
        assert WORDS not in text
        assert code not in Path(written.path).name
        said = json.loads(Path(write_proof(vault, proof, str(folder), "json").path).read_bytes())
        assert (said["format"], said["is_whole"]) == ("nrm-erasure", False)
        assert WORDS not in json.dumps(said)
        assert WORDS not in values_in_the_journal(boris, case)


@pytest.mark.rule("R5")
def test_nothing_is_erased_for_a_request_before_somebody_decided_with_reasons(tmp_path):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        request, other = asks(ana, case), asks(ana, case, "see")
        for wrong in (request, other):
            with pytest.raises(Refused, match=r"erasure\.not_decided"):
                carry_out(ana, case, order_for(wrong))
        for decision, reason in (("granted", " "), ("perhaps", "because")):
            with pytest.raises(Usage):
                decides(ana, case, request, decision, reason)
        decides(ana, case, request, "refused", "The trial needs it.")
        with pytest.raises(Refused, match=r"erasure\.not_decided"):
            carry_out(ana, case, order_for(request))
        with pytest.raises(Refused, match=r"policy\.decided"):
            decides(ana, case, request)
        with pytest.raises(Refused, match=r"policy\.written_by_program"):
            ana.writes_at(case, {f"access[{request.hex()}].ac_decision": "granted"})
        assert ana.finds(case, NAME) == [WORDS]
        found = requests_of(ana.sees(case))
        assert {(one.kind, one.decision) for one in found} == {("erase", "refused"), ("see", "")}


def test_who_asked_for_everything_gets_a_proof_by_the_code_alone(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        code = ana.sees(case).row.code
        request = asks(ana, case)
        decides(ana, case, request)
        wanted = replace(order_for(request, whole_case=True), second="P-99")
        vault = ana.laptop.vault
        carry_out_order(vault, case, wanted, second_person(vault))
        (tmp_path / "out").mkdir()

        proof = prove(vault, code.lower(), "uk")
        assert (proof.is_whole, proof.ground) == (True, "request_of_the_person")
        text = text_of(write_proof(vault, proof, str(tmp_path / "out"), "pdf").path, tool)
        assert code in text
        assert "Уся справа" in " ".join(text.split())
        assert WORDS not in text
        with pytest.raises(Usage, match=r"usage\.not_found"):
            prove(vault, "ZZZZ-ZZZZ")


def test_a_case_in_which_nobody_asked_has_no_proof(tmp_path):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        with pytest.raises(Usage, match=r"usage\.not_found"):
            prove(ana.laptop.vault, ana.sees(case).row.code)
