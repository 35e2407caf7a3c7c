// The gallery: takes the grid over from the server's first rows, keeps the chapter line, opens the lightbox.
import { Grid, settle } from "./_grid.js";
import { Pictures } from "./_pictures.js";

const root = document.querySelector(".frames");
coverFirst();
if (root) start().catch(() => {}); // without it the page still works by its links

async function start() {
  settle(root);
  const { gallery, download, icons, style } = root.dataset;
  /** A drawing of icons.svg. */
  const icon = (name) => `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="${icons}#${name}"/></svg>`;
  const site = { gallery, download, icon, proofing: style === "proofing" };
  const pictures = await Pictures.of(gallery);
  if (pictures.total === 0) return location.reload();
  const grid = new Grid(root, pictures, site);
  pictures.onchange = () => toast("There are new photographs here.", "Show them", () => location.reload());
  chapterLine(grid);
  arrowKeys(grid, pictures);
  openOnClick(grid, pictures, site);
  arrive(grid, pictures, gallery);
  comeBack(gallery);
}

/** On a slow line the grid below the first view waits until the cover is there: gallery.css holds its pictures. */
function coverFirst() {
  const cover = document.querySelector(".cover img");
  const go = () => root?.classList.add("is-ready");
  if (!cover || cover.complete || scrollY > 0) return go();
  for (const event of ["load", "error"]) cover.addEventListener(event, go, { once: true });
  addEventListener("scroll", go, { once: true, passive: true });
}

/** A link into the middle, such as the way back from a photograph's own page. */
function arrive(grid, pictures, gallery) {
  const from = Number(new URLSearchParams(location.search).get("from"));
  const chapter = location.hash.startsWith("#chapter-") && document.querySelector(location.hash);
  if (chapter) chapter.scrollIntoView({ behavior: "instant" });
  else if (from > 1 && from <= pictures.total) grid.reveal(from - 1);
  else if (location.hash === "#frames") root.scrollIntoView({ behavior: "instant" });
  // without the fragment: Back from the lightbox must not scroll to it
  if (location.search || location.hash) history.replaceState(history.state, "", gallery);
  document.querySelector('a[href="#frames"]')?.addEventListener("click", (event) => {
    event.preventDefault();
    root.scrollIntoView({ behavior: "instant" });
    grid.reveal(0)?.focus({ preventScroll: true, focusVisible: false });
  });
}

/** Reload and Back land where the page was left: the browser tried before the grid had its height. */
function comeBack(gallery) {
  const [navigation] = performance.getEntriesByType("navigation");
  const top = Number(sessionStorage.getItem(gallery));
  if (top > 0 && ["reload", "back_forward"].includes(navigation?.type)) scrollTo({ top, behavior: "instant" });
  addEventListener("pagehide", () => sessionStorage.setItem(gallery, scrollY));
}

function chapterLine(grid) {
  const line = root.querySelector(".sections ul");
  if (!line) return;
  const links = [...line.querySelectorAll("a")];
  links.forEach((link, index) => {
    link.href = `#chapter-${index + 1}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const section = grid.sections[index];
      section.scrollIntoView({ behavior: "instant" });
      section.querySelector("h2").tabIndex = -1;
      section.querySelector("h2").focus({ preventScroll: true, focusVisible: false });
    });
  });
  let current = -1;
  grid.onwindow = () => {
    const at = grid.sections.findLastIndex((section) => section.getBoundingClientRect().top < innerHeight / 3);
    if (at === current) return;
    current = at;
    links.forEach((link, index) => {
      if (index === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const left = links[Math.max(0, at)].offsetLeft - line.offsetLeft;
    if (left < line.scrollLeft || left + links[Math.max(0, at)].offsetWidth > line.scrollLeft + line.clientWidth - 40) {
      line.scrollTo({ left: left - 16 });
    }
  };
  grid.onwindow();
}

function numberOf(element) {
  const item = element.closest?.(".frame__pic")?.closest(".frame");
  return item ? Number(item.dataset.number) - 1 : undefined;
}

function arrowKeys(grid, pictures) {
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = numberOf(event.target);
    if (at === undefined) return;
    const to = {
      ArrowLeft: () => at - 1,
      ArrowRight: () => at + 1,
      ArrowUp: () => grid.beside(at, -1),
      ArrowDown: () => grid.beside(at, 1),
    }[event.key]?.();
    if (to === undefined || to < 0 || to >= pictures.total) return;
    event.preventDefault();
    grid.reveal(to)?.focus({ preventScroll: true });
  });
}

function openOnClick(grid, pictures, site) {
  root.addEventListener("click", (event) => {
    if (event.button !== 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = numberOf(event.target);
    if (at === undefined) return;
    event.preventDefault();
    const href = event.target.closest("a").href;
    import("./_lightbox.js")
      .then(({ open }) => open(at, pictures, grid, site))
      .catch(() => location.assign(href));
  });
  // Forward, after Back has closed it
  addEventListener("popstate", ({ state }) => {
    if (state?.photograph === undefined || document.querySelector(".pswp")) return;
    import("./_lightbox.js").then(({ open }) => open(state.photograph, pictures, grid, site, "replaceState"));
  });
}

function toast(words, action, act) {
  if (document.querySelector(".toast")) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  const button = document.createElement("button");
  button.textContent = action;
  button.onclick = act;
  toast.append(words, button);
  document.body.append(toast);
}
