"""Patches in letters, whole and quoted in reviews."""

from archive.rendering import render
from archive.rendering.patches import find_patches, kind_of
from tests.archive.rendering.bodies import plain

UNIFIED = """\
diff --git a/tree.c b/tree.c
index 1234567..89abcde 100644
--- a/tree.c
+++ b/tree.c
@@ -1,4 +1,4 @@ int tree(void)
 int a;
-int old;
+int new;
{blank}
 int z;""".replace("{blank}", " ")
CONTEXT = """\
*** tree.c.orig
--- tree.c
***************
*** 1,3 ****
  int a;
! int old;
  int z;
--- 1,3 ----
  int a;
! int new;
  int z;"""
NORMAL = "12,13c12\n< old\n< older\n---\n> new"


def patches_in(text):
    lines = text.split("\n")
    return ["\n".join(lines[start:end]) for start, end in find_patches(lines)]


def test_each_kind_of_patch_is_found_whole():
    for patch in (UNIFIED, CONTEXT, NORMAL):
        assert patches_in(f"Fix it.\n\n{patch}\n\nMarta") == [patch]


def test_a_mail_of_git_is_a_patch_with_a_signature():
    rendered = render([plain(f"Explain.\n---\n tree.c | 2 +-\n\n{UNIFIED}\n-- \n2.30.0\n")], [])
    assert rendered.is_patch and rendered.monospace
    assert rendered.signature == "-- \n2.30.0"
    assert "Explain." in rendered.visible


def test_lines_are_coloured_by_kind():
    html = render([plain(UNIFIED)], []).html
    assert '<span class="meta">diff --git a/tree.c b/tree.c\nindex' in html
    assert '<span class="hunk">@@ -1,4 +1,4 @@ int tree(void)\n</span>' in html
    assert '<span class="del">-int old;\n</span><span class="add">+int new;\n</span>' in html


def test_markup_and_addresses_in_a_patch_are_text():
    html = render([plain("@@ -1 +1 @@\n-a <b>\n+b <jun@river.example>")], []).html
    assert "<b>" not in html
    assert "jun@river.example" not in html


def test_a_removed_dash_is_no_signature():
    assert patches_in("@@ -1,2 +1,1 @@\n-- \n tree\n-- \nMarta") == ["@@ -1,2 +1,1 @@\n-- \n tree"]


def test_a_patch_that_mail_programs_stripped_of_trailing_spaces():
    assert patches_in("@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n\nMarta") == ["@@ -1,3 +1,3 @@\n a\n\n-b\n+c"]


def test_a_hunk_that_claims_too_much_ends_with_its_lines():
    assert patches_in("@@ -1,99999 +1,99999 @@\n a\n-b\nSee you,\nMarta") == ["@@ -1,99999 +1,99999 @@\n a\n-b"]


def test_a_numbered_remark_is_no_patch():
    assert patches_in("12c12\nis the room.\n3d\n4a5\n") == []


def test_a_quoted_patch_above_a_remark_stays_readable():
    quoted = "\n".join(f"> {line}" for line in UNIFIED.split("\n"))
    html = render([plain(f"Marta wrote:\n{quoted}\n\nWhy new?\n\n> -x\n> +y\n> +z\n> +w\n\nAnd this?\n")], []).html
    assert "<details" not in html
    assert html.count('<pre class="patch">') == 2
    assert '<span class="add">+int new;\n</span>' in html


def test_of_a_very_long_quoted_patch_the_lines_above_the_remark_stay_open():
    added = "\n".join(f"> +line {number}" for number in range(60))
    html = render([plain(f"Marta wrote:\n> @@ -0,0 +1,60 @@\n{added}\n\nWhy so many?\n")], []).html
    folded, _, shown = html.partition("</details>")
    assert "+line 40" in folded and "+line 59" in shown


def test_kinds_of_lines():
    kinds = {
        line: kind_of(line) for line in ("+++ b/x", "--- a/x", "+x", "-x", " x", "", "@@ -1 +1 @@", "Index: x", "! x")
    }
    assert list(kinds.values()) == ["meta", "meta", "add", "del", "", "", "hunk", "meta", "hunk"]
