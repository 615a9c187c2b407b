// Marks in the outline of a thread which letter is being read.
{
  const outline = document.querySelector("nav.outline");
  const entries = new Map();
  for (const link of outline?.querySelectorAll("a[href^='#']") ?? []) entries.set(link.hash.slice(1), link.closest("li"));
  let marked;

  const mark = (entry) => {
    if (!entry || entry === marked) return;
    marked?.removeAttribute("aria-current");
    entry.setAttribute("aria-current", "true");
    marked = entry;
    const box = entry.getBoundingClientRect();
    const frame = outline.getBoundingClientRect();
    // Only the outline scrolls, and only where it has a scroll bar of its own.
    if (box.top < frame.top || box.bottom > frame.bottom) outline.scrollTop += box.top - frame.top - frame.height / 2;
  };

  const watcher = new IntersectionObserver(
    (seen) => {
      for (const one of seen) if (one.isIntersecting) mark(entries.get(one.target.id));
    },
    { rootMargin: "-20% 0px -75% 0px" }, // a line a fifth down the window: what crosses it is being read
  );
  for (const id of entries.keys()) {
    const letter = document.getElementById(id);
    if (letter) watcher.observe(letter);
  }
}
