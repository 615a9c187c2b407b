from archive.bodies import quotes_away, url_name

LONG = "x" * 400


def test_long_quotes_become_links_and_everything_else_stays():
    html = f'<p>a</p><details class="quote"><summary>Jun wrote, 9 lines</summary>{LONG}</details><p>b</p>'
    assert quotes_away(html, "/l/") == '<p>a</p><p class="quote away"><a href="/l/">Jun wrote, 9 lines</a></p><p>b</p>'


def test_details_inside_a_quote_go_with_it():
    inner = f"<details><summary>PGP</summary>{LONG}</details>"
    html = f'<details class="quote"><summary>Jun wrote</summary>{inner}</details><p>b</p>'
    assert quotes_away(html, "/l/").endswith("</p><p>b</p>") and "PGP" not in quotes_away(html, "/l/")


def test_short_quotes_stay():
    html = '<details class="quote"><summary>Jun wrote</summary>yes</details>'
    assert quotes_away(html, "/l/") == html


def test_a_quote_that_never_ends_goes_to_the_end():
    assert quotes_away(f'<p>a</p><details class="quote"><summary>s</summary>{LONG}', "/l/").endswith("</a></p>")


def test_the_last_part_of_a_files_address_is_one_part():
    assert url_name("a/b\\c.txt", 3) == "a_b_c.txt"
    assert url_name("...", 3) == url_name("\n", 3) == "part-3"
