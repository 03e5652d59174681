from streaming.publishers import Publishers


def test_the_first_publisher_may_have_counted_for_long() -> None:
    assert not Publishers().sees_gap("a", 41)


def test_a_number_left_out_is_a_gap() -> None:
    publishers = Publishers()

    assert [publishers.sees_gap("a", number) for number in (7, 8, 10, 11)] == [False, False, True, False]


def test_publishers_that_take_turns_leave_no_gap() -> None:
    # Two children of one worker drain in turn; each counts on where it stopped.
    publishers = Publishers()
    turns = [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3), ("b", 3)]

    assert not any(publishers.sees_gap(publisher, number) for publisher, number in turns)


def test_a_new_publisher_whose_first_words_were_lost_is_a_gap() -> None:
    publishers = Publishers()
    publishers.sees_gap("a", 1)

    assert publishers.sees_gap("b", 2)


def test_after_the_group_was_joined_again_nothing_is_known_of_before() -> None:
    publishers = Publishers()
    publishers.sees_gap("a", 1)

    publishers.forget()

    assert not publishers.sees_gap("a", 9)
