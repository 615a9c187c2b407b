// Words beside dates: <time datetime="…" data-ago> says "3 hours ago" after the date. Dates older than a year stand alone.
// The server writes the date only, so that a page may be kept for a while.
{
  const UNITS = [
    ["year", 31557600],
    ["month", 2629800],
    ["week", 604800],
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

  const ago = (moment) => {
    const seconds = (moment - Date.now()) / 1000;
    for (const [unit, length] of UNITS) {
      const count = Math.trunc(seconds / length);
      if (count) return words.format(count, unit);
    }
    return words.resolvedOptions().locale.startsWith("en") ? "just now" : words.format(0, "second");
  };

  const say = (root) => {
    for (const time of root.querySelectorAll?.("time[data-ago]") ?? []) {
      const moment = Date.parse(time.dateTime);
      if (Number.isNaN(moment) || Date.now() - moment > UNITS[0][1] * 1000) continue;
      let note = time.querySelector(".ago");
      if (!note) {
        note = document.createElement("span");
        note.className = "ago";
        time.append(note);
      }
      note.textContent = `, ${ago(moment)}`;
    }
  };

  say(document);
  setInterval(() => say(document), 60000);
  document.addEventListener("htmx:load", (event) => say(event.target));
}
