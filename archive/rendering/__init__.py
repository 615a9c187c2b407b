"""Letters as safe HTML and as text. Pure: values in, values out.

`render` makes a fragment of HTML in which addresses are marked (see addresses) and images wait (see images). Most letters are one
plain body: of these only the text is stored (`render_to_store`), and `fragment_of` makes the same fragment when it is shown.
Before a fragment is put into a page it goes through

    mask_addresses(html)  or, for members,  reveal_addresses(html)      addresses shortened or whole
    link_parts(html, url_of_part)                                       images that came with the message
    show_remote(html)                                                   only if the reader asked for images of other servers

CSS classes, for the style sheet:

    letter-plain          <div> around a plain letter; needs `white-space: pre-wrap; overflow-wrap: anywhere`
    mono                  on letter-plain: the whole letter in monospace; on a <span> or block of an HTML letter: this part
    letter-html           <div> around an HTML letter; tables and images inside need `max-width: 100%`
    letter-calendar       <dl> (or <pre>) of an invitation; its <dd> needs `white-space: pre-wrap`
    quote                 <details> of folded quoted text; its <summary> reads "Marta Berg wrote, 9 lines"
    by                    <p> the attribution above a quote ("On … Marta wrote:")
    q1 q2 q3              quoted text by depth (<blockquote>; in HTML letters also <div>), each inside the one before
    sig                   signature: <div>, <span> or <pre>; <details> for PGP armour, with a <pre> in it
    fixed                 <pre> of a paragraph that needs one width: code, tables, drawings
    patch                 <pre> of a diff; in it <span class="add | del | hunk | meta">, which end with their line end
    addr                  <a> to an address for members, <span> with "name@…" for others
    heading               <div> that was a heading of an HTML letter
    mark                  highlighted by the author;  ink-red ink-orange ink-green ink-blue ink-purple: coloured by the author
    ruled                 <table> whose author drew its borders (others, without header cells, carry role="presentation")
    missing               <span> with the words of an image that is not there
    img[data-remote]      an image on another server, not loaded: needs a frame and a size of its own
"""

from archive.rendering.addresses import mask_addresses, mask_text, reveal_addresses
from archive.rendering.images import link_parts, show_remote
from archive.rendering.letter import Rendered, fragment_of, render, render_to_store
from archive.rendering.replies import Reply, split_reply
from archive.rendering.sanitise import SafeHtml, sanitise_html

__all__ = [
    "Rendered",
    "Reply",
    "SafeHtml",
    "fragment_of",
    "link_parts",
    "mask_addresses",
    "mask_text",
    "render",
    "render_to_store",
    "reveal_addresses",
    "sanitise_html",
    "show_remote",
    "split_reply",
]
