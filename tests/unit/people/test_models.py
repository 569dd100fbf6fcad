import pytest

from uruk.people.models import Paper, Person


@pytest.mark.database
@pytest.mark.django_db
def test_two_persons_may_claim_one_number(now) -> None:
    for _ in range(2):
        person = Person.objects.create(created_at=now)
        Paper.objects.create(person=person, kind="national", number="198012345678", claimed_at=now)
    assert Paper.objects.filter(number="198012345678").count() == 2
