/* What django-unfold writes as expressions, by name: the panel's Alpine evaluates no strings (Content-Security-Policy). */
document.addEventListener("alpine:init", () => {
  Alpine.data("theme", () => theme("auto"));
  Alpine.data("searchForm", searchForm);
  Alpine.data("panel", () => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
    init() {
      this.activeTab = location.hash.slice(1) || this.$el.dataset.tab || "";
      this.$watch("sidebarDesktopOpen", (open) => localStorage.setItem("sidebarDesktopOpen", open ? "1" : "0"));
    },
  }));
});
