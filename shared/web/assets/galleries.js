// My galleries: cards or table as last chosen in this browser (S6). Runs before the page is drawn, so that nothing jumps;
// without it `?as=` does the same.
(() => {
  const KEY = "galleries-as";
  const root = document.documentElement;
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage can be switched off
    }
  };
  const keep = (layout) => {
    try {
      localStorage.setItem(KEY, layout);
    } catch {
      // shown as chosen, and forgotten with the page
    }
  };
  const asked = new URLSearchParams(location.search).get("as");
  const known = (layout) => layout === "cards" || layout === "table";
  if (known(asked)) keep(asked);
  else if (known(kept())) root.dataset.as = kept();

  const show = (layout) => {
    root.dataset.as = layout;
    for (const link of document.querySelectorAll("[data-layout]")) {
      if (link.dataset.layout === layout) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("DOMContentLoaded", () => {
    if (root.dataset.as) show(root.dataset.as);
    for (const link of document.querySelectorAll("[data-layout]")) {
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        keep(link.dataset.layout);
        show(link.dataset.layout);
        history.replaceState(null, "", link.href);
      });
    }
  });
})();
