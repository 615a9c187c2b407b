// <a href="…" data-copy-link>: copies the address instead of going there, and says so. Without it, or where the browser refuses, it is a link.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-copy-link]");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href || link.dataset.copyLink);
  } catch {
    location.assign(link.href);
    return;
  }
  if (!link.dataset.words) link.dataset.words = link.textContent;
  link.setAttribute("aria-live", "polite");
  link.textContent = link.dataset.sayCopied;
  setTimeout(() => (link.textContent = link.dataset.words), 2000);
});
