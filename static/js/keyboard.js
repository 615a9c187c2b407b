// Keys for people who read with the keyboard. Never while typing, never with a modifier, and to be switched off in the
// list that "?" opens (WCAG 2.1.4).
//   data-key-item  a letter or a row that j and k walk through (article.msg and rows of .topics are such by themselves)
//   data-key-open  the link in it that Enter opens; else its first link
//   data-key-up    the link that u follows          data-key-reply  the link that r follows
//   data-key-press="a"  a button or link that this letter presses: the one in the row the reader is at, else one outside all rows
//   data-key-search  the field that / goes to       data-open="id"  a button that opens the dialog with that id
{
  const ITEMS = "[data-key-item], article.msg, .topics > li, .groups > li";
  const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
  const items = () => [...document.querySelectorAll(ITEMS)].filter(shown);
  const current = () => document.activeElement?.closest(ITEMS);

  const walk = (step) => {
    const all = items();
    if (!all.length) return;
    const here = all.indexOf(current());
    const there = here < 0 ? nearest(all, step) : here + step;
    const next = all[Math.max(0, Math.min(all.length - 1, there))];
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: next.offsetHeight > innerHeight * 0.8 ? "start" : "nearest" });
  };

  // Nothing chosen yet: begin with what the reader looks at, not with the top of the page.
  const nearest = (all, step) => {
    const below = all.findIndex((item) => item.getBoundingClientRect().bottom > 80);
    if (below < 0) return all.length - 1;
    return step > 0 ? below : below - 1;
  };

  const follow = (link) => {
    if (link) link.click();
    return Boolean(link);
  };
  const open = () => {
    const item = current();
    if (!item || document.activeElement !== item) return false;
    return follow(item.querySelector("[data-key-open], h2 a, h3 a, a[href]"));
  };
  const within = (selector) => current()?.querySelector(selector) ?? document.querySelector(selector);
  const search = () => {
    const field = document.querySelector("[data-key-search], input[type=search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  };
  const help = () => {
    const dialog = document.getElementById("keys");
    for (const row of dialog?.querySelectorAll("[data-key-needs]") ?? []) row.hidden = !document.querySelector(row.dataset.keyNeeds);
    dialog?.showModal();
    return Boolean(dialog);
  };

  const press = (key) => {
    if (!/^[a-z]$/.test(key)) return false;
    const which = `[data-key-press="${key}"]`;
    const button = current()?.querySelector(which) ?? [...document.querySelectorAll(which)].find((one) => !one.closest(ITEMS));
    const pressed = follow(button);
    if (button?.parentElement.open) button.parentElement.querySelector("textarea, button")?.focus(); // what was folded up asks first
    return pressed;
  };

  const KEYS = {
    j: () => walk(1) ?? true,
    k: () => walk(-1) ?? true,
    u: () => follow(document.querySelector("[data-key-up]")),
    r: () => follow(within("[data-key-reply]")),
    Enter: open,
    "/": search,
    "?": help,
  };

  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
  const off = () => {
    try {
      return localStorage.getItem("keys") === "off";
    } catch {
      return false;
    }
  };

  // A row that the address names, as the one to go on with after a decision, is where the reader is.
  const named = /^#\w+$/.test(location.hash) && document.querySelector(`[data-key-item]${location.hash}`);
  if (named) {
    named.tabIndex = -1;
    named.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target) || (off() && event.key !== "Enter")) return;
    const done = KEYS[event.key]?.() || press(event.key);
    if (done) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => (button.dataset.open === "keys" ? help() : document.getElementById(button.dataset.open).showModal()));
  }
  for (const box of document.querySelectorAll("[data-keys-on]")) {
    box.checked = !off();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem("keys", box.checked ? "on" : "off");
      } catch {
        /* nowhere to keep it */
      }
    });
  }
  // Menus close when the reader turns to something else.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const field = document.activeElement;
    if (field?.matches("[data-key-search]") && !field.value) field.blur(); // what was typed goes first, by the browser
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
