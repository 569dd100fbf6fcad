"""Proves that the rows of a table leave no gap and do not overlap, and shows a combination of values where they do."""

from uruk.definitions.api import Findings
from uruk.services.domain.linked import LinkedTable
from uruk.services.domain.tables.boxes import Box, TooInvolvedError, first_overlap, uncovered


def prove_table(linked: LinkedTable, findings: Findings) -> None:
    """Report a gap at the table, and what overlaps or is never reached at its row."""
    whole = tuple(one.whole for one in linked.columns)
    table = linked.table
    try:
        gap = uncovered(whole, linked.boxes)
    except TooInvolvedError:
        findings.report(table.place, "services.table_too_involved", table=table.name)
        return
    if gap is not None:
        findings.report(table.place, "services.table_gap", table=table.name, example=counter_example(linked, gap))
    for position in range(len(linked.boxes)):
        _prove_row(linked, position, findings)


def _prove_row(linked: LinkedTable, position: int, findings: Findings) -> None:
    row = linked.table.rows[position]
    if linked.table.hit == "unique":
        found = first_overlap(linked.boxes, position)
        if found is not None:
            line = linked.table.rows[found[0]].place.line
            example = counter_example(linked, found[1])
            findings.report(row.place, "services.table_overlap", line=line, example=example)
    elif uncovered(linked.boxes[position], linked.boxes[:position]) is None:
        findings.report(row.place, "services.row_never", table=linked.table.name)


def counter_example(linked: LinkedTable, box: Box) -> tuple[str, ...]:
    """One combination of values that lies in a box."""
    return tuple(f"{one.name} = {one.example(mask)}" for one, mask in zip(linked.columns, box, strict=True))
