// Draws the documentation of the API from its OpenAPI document, with Swagger UI.
// Light or dark: as chosen on the other pages (theme.js), else as the device says.
{
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const wear = () => root.classList.toggle("dark-mode", (root.dataset.theme || (device.matches ? "dark" : "light")) === "dark");
  device.addEventListener("change", wear);
  wear();
}
SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
