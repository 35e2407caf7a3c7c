// The gallery: takes the grid over from the server's first rows, keeps the chapter line, opens the lightbox.
import { Bar } from "./_bar.js";
import { choosing } from "./_choosing.js";
import { Filters, NO_FILTER } from "./_filters.js";
import { Grid, settle } from "./_grid.js";
import { Pictures } from "./_pictures.js";
import { saving } from "./_saving.js";
import { toast } from "./_toast.js";
import { unsaid } from "./_unsaid.js";

const root = document.querySelector(".frames");
coverFirst();
if (root) start().catch(() => {}); // without it the page still works by its links

async function start() {
  settle(root);
  const { gallery, download, icons, style, who, clock, studio, states, closed } = root.dataset;
  /** A drawing of icons.svg. */
  const icon = (name) => `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="${icons}#${name}"/></svg>`;
  const site = { gallery, download, icon, studio, proofing: style === "proofing", states: states !== undefined };
  // hearts work before the gallery is known
  let renew = () => {};
  const refused = (outcome) => {
    toast(stale(outcome, studio));
    renew();
  };
  const kept = who ? saving({ gallery, who, clock: Number(clock), refused }) : undefined;
  const choices = (site.choices = kept?.choices);
  choices?.start([...root.querySelectorAll(".frame.is-chosen")].map((item) => item.dataset.id));
  const hearts = choices && choosing(root, choices, site);
  const mark = choices?.mark();
  const pictures = await Pictures.of(gallery);
  if (pictures.total === 0) return location.reload();
  if (choices) {
    choices.place = (id) => (pictures.at(id) === undefined ? undefined : pictures.chapter(pictures.at(id)));
    if (pictures.choices?.who === who) choices.merge(pictures.choices, mark);
    kept.looked();
  }
  const grid = new Grid(root, pictures, site);
  hearts?.over(grid, pictures);
  pictures.onchange = () => toast("There are new photographs here.", "Show them", () => location.reload(), Infinity);
  const bar = root.querySelector(".selbar");
  const counts = choices && bar && new Bar(bar, choices, { gallery, studio, chapters: pictures.chapters, sections: grid.sections, closed: closed !== undefined });
  renew = async () => {
    await pictures.renew();
    grid.mark();
    counts?.open(Array.from({ length: pictures.total }, (_, at) => pictures.may(at)).some((may) => may.select));
    if (pictures.choices?.who === who) choices.merge(pictures.choices, choices.mark());
  };
  chapterLine(grid, () => filters.set(NO_FILTER));
  arrowKeys(grid);
  openOnClick(grid, pictures, site);
  const filters = new Filters(root, pictures, choices, grid);
  showChosen(filters);
  arrive(grid, pictures, gallery, filters);
  comeBack(gallery);
  unsaid(gallery);
  choices?.queue.wake();
  // comments are counted when everything else is there
  if (choices && root.dataset.talks !== undefined) requestIdleCallback ? requestIdleCallback(kept.look) : setTimeout(kept.look, 500);
}

/** Why a tap was refused that the page still offered (the look's voice, 8 and 12). */
function stale({ code, message }, studio) {
  const now = { closed: "choosing is closed", "not-allowed": "this is not open to you any more", "not-offered": "this is not offered any more" }[code];
  if (now) return `${studio} changed the rules: ${now}. This page is up to date now.`;
  return code === "confirmed" ? `Your choice is confirmed. Only ${studio} can open it again.` : message;
}

/** The bar's way to what is chosen, without a page of its own. */
function showChosen(filters) {
  root.querySelector("[data-show-chosen]")?.addEventListener("click", (event) => {
    event.preventDefault();
    filters.set({ ...filters.filter, chosen: "1" });
    root.scrollIntoView({ behavior: "instant" });
  });
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
function arrive(grid, pictures, gallery, filters) {
  const from = Number(new URLSearchParams(location.search).get("from"));
  const chapter = location.hash.startsWith("#chapter-") && document.querySelector(location.hash);
  if (chapter) chapter.scrollIntoView({ behavior: "instant" });
  else if (from > 1 && from <= pictures.total) grid.reveal(from - 1);
  else if (location.hash === "#frames") root.scrollIntoView({ behavior: "instant" });
  // without the fragment: Back from the lightbox must not scroll to it
  if (location.search || location.hash) history.replaceState(history.state, "", filters.address ?? gallery);
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

/** The chapters above the grid; `all` shows them all, where a filter leaves nothing of the one that is asked for. */
function chapterLine(grid, all) {
  const line = root.querySelector(".sections ul");
  if (!line) return;
  const links = [...line.querySelectorAll("a")];
  links.forEach((link, index) => {
    link.href = `#chapter-${index + 1}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const section = grid.sections[index];
      if (section.hidden) all();
      section.scrollIntoView({ behavior: "instant" });
      section.querySelector("h2").tabIndex = -1;
      section.querySelector("h2").focus({ preventScroll: true, focusVisible: false });
    });
  });
  let current = -1;
  grid.onwindow = () => {
    // what a filter leaves nothing of is at no place
    const at = grid.sections.findLastIndex((section) => !section.hidden && section.getBoundingClientRect().top < innerHeight / 3);
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

function arrowKeys(grid) {
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = numberOf(event.target);
    if (at === undefined) return;
    const to = {
      ArrowLeft: () => grid.next(at, -1),
      ArrowRight: () => grid.next(at, 1),
      ArrowUp: () => grid.beside(at, -1),
      ArrowDown: () => grid.beside(at, 1),
    }[event.key]?.();
    if (to === undefined) return;
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
