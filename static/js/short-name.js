// Suggests a group's short name while its name is being typed, until somebody writes one. The server does the same without it.
for (const form of document.querySelectorAll("form[data-short-name]")) {
  const { name, slug } = form.elements;
  let touched = slug.value !== "";
  slug.addEventListener("input", () => (touched = slug.value !== ""));
  name.addEventListener("input", () => {
    if (touched) return;
    const plain = name.value.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    slug.value = plain.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 55);
  });
}
