from streaming.publishers import Publishers


def test_one_that_had_counted_before_listening_began_leaves_no_gap_whenever_it_is_heard_first() -> None:
    # Two children of a worker drain in turn; the second may be heard minutes after the first.
    publishers = Publishers({"a": 40, "b": 7000})

    assert [publishers.sees_gap(*said) for said in (("a", 41), ("a", 42), ("b", 7001))] == [False, False, False]


def test_a_number_left_out_is_a_gap() -> None:
    publishers = Publishers({"a": 6})

    assert [publishers.sees_gap("a", number) for number in (7, 8, 10, 11)] == [False, False, True, False]


def test_the_first_message_of_one_that_had_counted_may_be_the_one_that_was_lost() -> None:
    assert Publishers({"a": 40}).sees_gap("a", 42)


def test_publishers_that_take_turns_leave_no_gap() -> None:
    # Two children of one worker drain in turn; each counts on where it stopped.
    publishers = Publishers({})
    turns = [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3), ("b", 3)]

    assert not any(publishers.sees_gap(publisher, number) for publisher, number in turns)


def test_a_new_publisher_whose_first_words_were_lost_is_a_gap() -> None:
    assert Publishers({"a": 1}).sees_gap("b", 2)


def test_a_message_that_was_numbered_before_listening_began_and_came_after_is_no_gap() -> None:
    publishers = Publishers({"a": 9})

    assert [publishers.sees_gap("a", number) for number in (8, 9, 10)] == [False, False, False]


def test_a_loss_after_which_nothing_more_is_said_is_found_once() -> None:
    publishers = Publishers({"a": 1})
    looks = [{"a": 2}, {"a": 2}, {"a": 2}]

    assert [publishers.misses_any(heads) for heads in looks] == [False, True, False]


def test_a_message_that_is_on_its_way_at_a_look_is_not_lost() -> None:
    publishers = Publishers({"a": 1})
    publishers.misses_any({"a": 2})

    publishers.sees_gap("a", 2)

    assert not publishers.misses_any({"a": 3})
