"""A night of the world in which every command is played once."""

from __future__ import annotations

import json
from typing import Any


def live_a_night(world: Any) -> None:
    """A shift is handed over, and somebody is entered for tonight."""
    ours, run = world.ours, world.run
    line = {"sh_now": "Sleeps", "sh_do[+1].what": "Call the doctor", "sh_watch": ["fear"]}
    answers = [{"field": f"shift[+1].{name}", "value": value} for name, value in line.items()]
    text = json.dumps({"pack": "base", "answers": answers})
    run(ours, "answer import", world.code, ours.file("line.json", text))
    run(ours, "shift show")
    run(ours, "shift read")
    run(ours, "shift print", "--to", world.stick, "--lang", "uk", typed="PLAINTEXT\n")
    for part, said in (
        ("oncall", {"du_role": "medical", "du_who": "Clinic 555 01"}),
        ("beds", {"be_free[+1].profile": "women", "be_free.number": "2"}),
        ("phone", {"ph_language": "ti", "ph_phone[+1].phone": "555 02"}),
    ):
        entry = f"duty[+1].{part}[+1]"
        for name, value in said.items():
            items = run(ours, "register set", f"{entry}.{name}", value)["items"]
            if "+1" in entry:
                duty, row = items["duty[+1]"], items[f"duty.{part}[+1]"]
                entry = f"duty[{duty}].{part}[{row}]"
    run(ours, "duty show")
