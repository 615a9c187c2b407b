from common.ratelimit import allowed


def test_it_allows_as_often_as_said_and_then_no_more():
    assert [allowed("start", "bob", limit=2, seconds=60) for _ in range(4)] == [True, True, False, False]


def test_people_and_deeds_are_counted_apart():
    assert allowed("start", "bob", limit=1, seconds=60)
    assert allowed("start", "ann", limit=1, seconds=60)
    assert allowed("import", "bob", limit=1, seconds=60)
    assert not allowed("start", "bob", limit=1, seconds=60)
