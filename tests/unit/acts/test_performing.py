from uruk.acts.api import Deed, directory, perform, receipt_of
from uruk.kernel.api import Actor
from uruk.trust.api import verify_receipt


def test_an_act_has_a_receipt_that_verifies(institution: str) -> None:
    done = []
    receipt = perform(
        Actor.system(institution),
        Deed(type="test.done", role="decided", author=institution, body={"what": 1}, rows=done.append),
    )
    assert receipt_of(done[0]) == receipt
    verify_receipt(receipt, directory(), type="test.done", role="decided", author=institution)
