"""What of HTML a letter may keep. Two fences: nh3 (ammonia) lets through these names only, `rebuild` writes each tag anew.

Tests read the same tables to check every element and attribute of the output.
"""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Names that nh3 lets through. Attributes here are raw material for `rebuild`, which reads many of them and writes few.
TAGS = _names("""
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn dir div
    dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre q rp rt
    ruby s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr
""")
# Dropped with all that is in them; of any other element that is not allowed, the content stays.
DROPPED = _names("""
    script style title svg math xml template noembed noframes iframe audio video canvas select datalist
    o:officedocumentsettings w:worddocument m:mathpr w:latentstyles
""")
READ_ATTRIBUTES = {
    "*": {"class", "id", "style", "dir", "name", "type", "cite", "data-marker", "data-smartmail", "align", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face"},
    "table": {"border"},
    "td": {"colspan", "rowspan", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "valign", "bgcolor", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
SCHEMES = frozenset({"http", "https", "mailto", "cid", "data", "mid"})

# What a stored fragment may hold, element by element: the tags of TAGS as `rebuild` renames them, and our own.
RENAMED = {
    "acronym": "abbr", "address": "div", "article": "div", "aside": "div", "big": "span", "center": "div",
    "dir": "ul", "font": "span", "footer": "div", "header": "div", "main": "div", "menu": "ul", "nav": "div",
    "section": "div", "strike": "s", "tt": "code", "h1": "div", "h2": "div", "h3": "div", "h4": "div",
    "h5": "div", "h6": "div",
}  # fmt: skip
STORED_TAGS = (TAGS - RENAMED.keys()) | set(RENAMED.values()) | {"details", "summary"}
STORED_ATTRIBUTES = {
    "*": {"class", "style", "dir"},
    "a": {"href", "rel"},
    "abbr": {"title"},
    "img": {"src", "data-remote", "alt", "width", "height"},
    "table": {"role"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "valign", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
}
CLASSES = _names("""
    letter-plain letter-html letter-calendar quote by sig add del hunk meta patch fixed mono q1 q2 q3 heading addr mark missing
    ruled ink-red ink-orange ink-green ink-blue ink-purple
""")
VOID = frozenset({"br", "hr", "img", "wbr", "col"})
BLOCKS = _names("""
    address article aside blockquote caption center dd details dir div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr
    li main menu nav ol p pre section table tbody td tfoot th thead tr ul
""")
