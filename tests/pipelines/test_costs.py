from pipelines.costs import screen

EXECUTION = {
    "seconds_by_step": {"scaffolding": 3.0, "pairs": 1.0},
    "bytes_by_step": {"scaffolding": 60_000_000},
    "peak_worker_bytes": 412_000_000,
    "native": True,
}


def test_each_step_shows_seconds_share_and_cost_a_megabyte():
    lines = screen(EXECUTION).splitlines()
    assert lines[1].split() == ["scaffolding", "3.00", "75.0%", "60.0", "50.0"]


def test_a_step_that_reads_no_text_has_no_cost_a_megabyte():
    assert screen(EXECUTION).splitlines()[2].split() == ["pairs", "1.00", "25.0%"]


def test_the_most_memory_of_a_worker_is_said():
    assert "412 MB" in screen(EXECUTION)


def test_a_run_without_the_loops_in_c_says_so():
    assert "were not built" in screen(EXECUTION | {"native": False})
    assert "were not built" not in screen(EXECUTION)
