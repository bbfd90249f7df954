from harness.model.finding import Finding
from harness.model.mask import check_digit_holds, mask_bytes, mask_finding, mask_text
from harness.model.outcome import Outcome


def test_a_number_outside_the_range_is_covered_and_one_inside_is_shown() -> None:
    # 943 476 5919 is the Data Dictionary's own example; 999 000 0018 is in the range kept for synthetic people.
    assert mask_text("held as 943 476 5919") == "held as xxx xxx x919"
    assert mask_text("held as 9434765919") == "held as xxxxxxx919"
    assert mask_text("held as 9990000018") == "held as 9990000018"


def test_other_digits_are_left_alone() -> None:
    for text in ("9434765918", "20260105094347", "94347659191", "C9434765919", "1.9434765919"):
        assert mask_text(text) == text


def test_bytes_keep_their_length() -> None:
    content = b"PID|1||9434765919^^^NHS||S\xe9\r"
    masked = mask_bytes(content)
    assert len(masked) == len(content)
    assert b"9434765919" not in masked
    assert masked.endswith(b"S\xe9\r")


def test_check_digit() -> None:
    assert check_digit_holds("9434765919")
    assert not check_digit_holds("9434765910")


def test_findings_are_masked_in_every_text() -> None:
    number = "9434765919"
    finding = Finding(
        "c",
        "c",
        1,
        "a:b",
        "fhir",
        "",
        Outcome.FAIL,
        number,
        expected=number,
        actual=number,
        excerpt=(number,),
        differences=(("i", number, number, number, number),),
    )
    assert number not in repr(mask_finding(finding))
