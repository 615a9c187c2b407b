// Light or dark as the reader chose in this browser; without a choice as the device says. Loaded before the styles: no flash.
{
  const root = document.documentElement;
  const wear = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const kept = () => {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // storage is switched off
    }
  };
  const keep = (theme) => {
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      /* chosen for this page only */
    }
  };

  wear(kept());
  document.addEventListener("DOMContentLoaded", () => {
    for (const fieldset of document.querySelectorAll("[data-theme-switch]")) {
      fieldset.hidden = false;
      for (const choice of fieldset.querySelectorAll("input")) choice.checked = choice.value === kept();
      fieldset.addEventListener("change", (event) => {
        keep(event.target.value);
        wear(event.target.value);
      });
    }
  });
  addEventListener("storage", (event) => event.key === "theme" && wear(event.newValue)); // chosen in another tab
}
