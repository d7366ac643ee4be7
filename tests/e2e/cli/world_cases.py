"""What happens to the persons in the run through every command."""

import json

STREET = "Qvxzstreet"
"""Where the person stays: in one sealed record, and in no output but the act that opens it."""


def stays_somewhere(world) -> None:
    """Where the person stays is written down, and opened once by somebody alone."""
    ours, code, run = world.ours, world.code, world.run
    office = run(ours, "directory list")["entries"][0]["id"]
    run(ours, "answer set", code, "address[+].ad_street", f"{STREET} 12")
    run(ours, "answer set", code, "address.ad_place", office)
    why = ("--reason", "Somebody waits at the door", "--ground", "vital_interest", "--urgent")
    run(ours, "case unseal", code, "address", *why)


def goes_missing(world) -> None:
    """Somebody is missing, and the one is told whom the plan names."""
    ours, run = world.ours, world.run
    code = run(ours, "case new", "--child", "no")["code"]
    plan = {"whom": "A sister", "after": "PT4H", "what": "That she did not come home"}
    answers = [
        {"field": f"safety[+1].if_missing[+1].{name}", "value": value}
        for name, value in plan.items()
    ]
    answers.append({"field": "missing[+1].m_kind", "value": "does_not_answer"})
    text = json.dumps({"pack": "base", "answers": answers})
    items = run(ours, "answer import", code, ours.file("plan.json", text))["items"]
    row = items["safety.if_missing[+1]"]
    run(ours, "missing tell", code, items["missing[+1]"], "--plan", row)
    group = run(ours, "group join", code, "--kind", "family")["group"]
    run(ours, "group join", world.code, "--kind", "family", "--group", group)
    assert len(run(ours, "group list", group)["cases"]) == 2
