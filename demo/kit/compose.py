"""Puts a letter together: new words, quoted words, signature and footer, as plain text and as HTML."""

import html
import re

from demo.kit.clients import Client, attribution, client_of
from demo.kit.source import Letter
from demo.kit.words import Block, html_of, text_lines

DEEPEST_QUOTE = 3
PICTURE = re.compile(r'<img src="\{cid:([^}"]+)\}"[^>]*>')  # programs drop the pictures of what they quote


def _signature(letter: Letter) -> str:
    sig = str(letter.trait("sig"))
    return "" if sig == "none" or letter.has("raw") or client_of(letter).phone else sig.strip("\n").replace("\\n", "\n")


def _answers_inline(letter: Letter) -> bool:
    return any(block.kind == "quote" for block in letter.blocks)


def _quotes_all(letter: Letter) -> bool:
    """Whether the whole parent hangs below the answer."""
    if letter.parent is None or _answers_inline(letter):
        return False
    return letter.option("quote", client_of(letter).replies) == "top"


def _marked(lines: list[str], client: Client, times: int = 1) -> list[str]:
    """Put the client's quote mark before each line; some programs write `>> `, others `> > `."""
    mark = client.mark if client.mark.strip() else "> "
    tight = client.shape == "flowed" or client.ids == "mutt"
    for _ in range(times):
        lines = [f"{'>' if tight and line.startswith('>') else mark}{line}".rstrip() for line in lines]
    return lines


def _inline_attribution(letter: Letter) -> list[str]:
    assert letter.parent
    words = attribution(letter, letter.parent)
    if words.startswith("-----"):
        words = f"{letter.parent.name} wrote:"
    return [words] if words else []


def _new_lines(letter: Letter, client: Client) -> list[str]:
    lines: list[str] = []
    before = ""
    for block in letter.blocks:
        part = text_lines(block, client.wrap, client.shape == "flowed")
        if block.kind == "quote":
            first = not any(line.startswith(client.mark.strip()) for line in lines)
            part = _marked(part, client, block.depth)
            part = (_inline_attribution(letter) if first else []) + part
        if lines:
            lines.append(">" if before == block.kind == "quote" else "")
        lines += part
        before = block.kind
    return lines


def text_body(letter: Letter) -> list[str]:
    """Return the lines of the plain text: what a reader without HTML sees, signature, quotes and all."""
    client = client_of(letter)
    lines = _new_lines(letter, client)
    if letter.option("quote") == "bottom" and letter.parent:
        quoted = _marked(_without_signature(_new_lines(letter.parent, client_of(letter.parent))), client)
        lines = [*_inline_attribution(letter), *quoted, "", *lines]
    if client.phone:
        lines += ["", *client.phone.split("\n")]
    elif sig := _signature(letter):
        lines += ["", "-- ", *sig.split("\n")]
    if _quotes_all(letter):
        lines += ["", *_parent_below(letter, client)]
    return lines + _footer(letter)


def _without_signature(lines: list[str]) -> list[str]:
    return lines[: lines.index("-- ")] if "-- " in lines else lines


def _parent_below(letter: Letter, client: Client) -> list[str]:
    assert letter.parent
    lines = [line.rstrip() if line != "-- " else line for line in text_body(letter.parent)]
    if client.attribution not in ("outlook", "yahoo"):
        lines = _marked(lines, client)
    lines = [line for line in lines if not re.match(r"(> ?){4}", line)]
    words = attribution(letter, letter.parent).split("\n")
    return [*words, *lines] if client.attribution != "gmail" else [*words, "", *lines]


def _footer(letter: Letter) -> list[str]:
    footer = next(
        (f for since, until, f in letter.group.facts.get("footers", []) if since <= str(letter.when.date()) < until), ""
    )
    return (
        ["", *footer.strip("\n").split("\n")]
        if footer and client_of(letter).shape != "html" and not letter.has("raw")
        else []
    )


# --- HTML, as each program writes it ---------------------------------------------------------------------------------

STYLES = {
    "gmail": ("div", "", "<div><br></div>"),
    "apple": ("div", "", "<div><br></div>"),
    "outlook": ("p", "class=MsoNormal", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"),
    "moz": ("p", "", ""),
    "bare": ("p", "", ""),
    "plain": ("p", "", ""),
}


def html_body(letter: Letter) -> str:
    """Return the whole HTML document of a letter."""
    if letter.html:
        return letter.html
    flavour = client_of(letter).flavour
    inner = _inner_html(letter, flavour, DEEPEST_QUOTE)
    if flavour == "gmail":
        return f'<div dir="{_direction(letter)}">{inner}</div>\n'
    if flavour == "apple":
        head = '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
        return f'<html><head>{head}</head><body dir="auto" style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">{inner}</body></html>\n'
    if flavour == "outlook":
        return (
            OUTLOOK_HEAD
            + f'<body lang=EN-GB link="#0563C1" vlink="#954F72"><div class=WordSection1>\n{inner}\n</div></body></html>\n'
        )
    return f"<!DOCTYPE html>\n<html>\n<head>\n<meta charset=utf-8>\n</head>\n<body>\n{inner}\n</body>\n</html>\n"


OUTLOOK_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>\
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15 (filtered medium)">\
<style><!--
p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;}
div.WordSection1 {page:WordSection1;}
--></style></head>
"""


def _direction(letter: Letter) -> str:
    return "rtl" if str(letter.trait("lang", "en")) in ("he", "ar", "fa") else "ltr"


def _inner_html(letter: Letter, flavour: str, depth: int) -> str:
    tag, attributes, gap = STYLES[flavour]
    parts: list[str] = []
    attributed = False
    for block in letter.blocks:
        if block.kind == "quote" and not attributed:
            attributed = True
            words = "<br>".join(html.escape(line) for line in _inline_attribution(letter))
            parts.append(html_of(block).replace("<blockquote", f"<div>{words}</div><blockquote", 1))
        else:
            parts.append(html_of(block, tag, attributes))
    inner = f"\n{gap}".join(parts)
    if phone := client_of(letter).phone:
        inner += f'<div><br></div><div dir="ltr">{phone.removeprefix("-- ").strip()}</div>'
    elif sig := _signature(letter):
        inner += _html_signature(sig, flavour, gap)
    if _quotes_all(letter) and depth:
        inner += "\n" + _html_parent_below(letter, flavour, depth)
    return inner


def _html_signature(sig: str, flavour: str, gap: str) -> str:
    words = "<br>".join(html.escape(line) for line in sig.split("\n"))
    if flavour == "gmail":
        return f'\n{gap}<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">{words}</div>'
    if flavour == "moz":
        return f'<div class="moz-signature">-- <br>{words}</div>'
    if flavour == "outlook":
        return f"\n{gap}<p class=MsoNormal><span style='color:#1F497D'>{words}</span></p>"
    return f"<div><br></div><div>-- <br>{words}</div>"


def _html_parent_below(letter: Letter, flavour: str, depth: int) -> str:
    assert letter.parent
    inner = PICTURE.sub(r"&lt;\1&gt;", _inner_html(letter.parent, flavour, depth - 1))
    words = html.escape(attribution(letter, letter.parent).strip()).replace("\n", "<br>")
    if flavour == "gmail":
        style = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
        return (
            f'<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{words}<br></div>'
            f'<blockquote class="gmail_quote" style="{style}"><div dir="{_direction(letter.parent)}">{inner}</div></blockquote></div>'
        )
    if flavour == "apple":
        return (
            f'<div><br><blockquote type="cite"><div>{words}</div><br class="Apple-interchange-newline">'
            f"<div>{inner}</div></blockquote></div>"
        )
    if flavour == "outlook":
        return _outlook_parent(letter.parent, letter, inner)
    return f'<div class="moz-cite-prefix">{words}<br></div>\n<blockquote type="cite" cite="mid:{letter.parent.message_id.strip("<>")}">{inner}</blockquote>'


def _outlook_parent(parent: Letter, letter: Letter, inner: str) -> str:
    facts = {
        "From": f"{parent.name} &lt;{parent.address}&gt;",
        "Sent": f"{parent.when:%d %B %Y %H:%M}",
        "To": f"{letter.group.facts['name']} &lt;{letter.group.address}&gt;",
        "Subject": html.escape(parent.subject),
    }
    lines = "<br>".join(f"<b>{name}:</b> {value}" for name, value in facts.items())
    return (
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        f"<p class=MsoNormal>{lines}<o:p></o:p></p></div>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n{inner}"
    )


def is_empty(blocks: list[Block]) -> bool:
    return not any(line.strip() for block in blocks for line in block.lines)
