// The grid: every offset is arithmetic, so that a gallery of thousands has its full height at once and nothing jumps;
// only frames near the view are in the tree.
import { adopt, develop, frameOf, mark } from "./_frame.js";
import { clamp, rowsOf } from "./_rows.js";

/** Frames are in the tree from so many views above the view to so many below it. */
const ABOVE = 1.5;
const BELOW = 2.5;

/**
 * Puts the frames the server wrote where they will be, before the gallery is known: the first paint then shows the rows
 * that stay. Only a row that later frames still join may grow.
 */
export function settle(root) {
  for (const list of root.querySelectorAll(".grid")) {
    const items = [...list.querySelectorAll(".frame")];
    const ratios = items.map((item) => Number.parseFloat(item.style.getPropertyValue("--r")));
    const { places } = layOut(list, ratios, measure(list));
    items.forEach((item, i) => put(item, places[i]));
  }
}

/** What the style sheet wants of the rows, in pixels. `.grid` says it as the height of a row and of the strip below it. */
function measure(list) {
  const style = getComputedStyle(list);
  const [wanted, strip] = style.gridTemplateRows.split(" ").map(Number.parseFloat);
  const width = list.getBoundingClientRect().width;
  return { width, wanted, strip, gap: Number.parseFloat(style.columnGap), rowGap: Number.parseFloat(style.rowGap) };
}

/** Works out the rows of a list and gives it its height; the places of its frames count from its corner. */
function layOut(list, ratios, { width, wanted, strip, gap, rowGap }) {
  const places = [];
  let top = 0;
  const rows = rowsOf(ratios, width, gap, wanted).map((row) => {
    let left = 0;
    for (const each of row.widths) {
      places.push({ left, top, width: each, height: row.height, ratio: clamp(ratios[places.length]) });
      left += each + gap;
    }
    const placed = { ...row, top, bottom: top + row.height + strip };
    top = placed.bottom + rowGap;
    return placed;
  });
  list.classList.add("is-live");
  list.style.height = `${Math.max(0, top - rowGap)}px`;
  return { rows, places };
}

function put(item, { left, top, width, height, ratio }) {
  item.style.cssText = `transform:translate(${left.toFixed(2)}px,${top.toFixed(2)}px);width:${width.toFixed(2)}px;--h:${height.toFixed(2)}px;--r:${ratio}`;
}

export class Grid {
  #pictures;
  #site;
  #body;
  /** Per chapter: its list, its rows, and where each row begins. */
  #chapters = [];
  /** Frames in the tree by number from 0. */
  #frames = new Map();
  /** The place of every frame in its chapter's list. */
  #places = [];
  /** Which photographs are shown, in order; and where each stands among them. */
  shown = [];
  #moved = false;

  constructor(root, pictures, site) {
    this.#pictures = pictures;
    this.#site = site;
    this.#body = root.querySelector(".sheet-body");
    for (const item of root.querySelectorAll(".frame")) {
      this.#frames.set(Number(item.dataset.number) - 1, item);
    }
    this.#chapters = pictures.chapters.map((chapter, index) => ({ ...chapter, ...this.#section(chapter, index) }));
    this.shown = Array.from({ length: pictures.total }, (_, at) => at);
    root.querySelector(".pager")?.remove();
    for (const [at, item] of this.#frames) adopt(item, at, pictures, site);
    this.lay();
    this.#watch();
  }

  /** The chapter's part of the page, the server's or a new one. */
  #section({ title, first, count }, index) {
    const id = `chapter-${index + 1}`;
    let section = document.getElementById(id);
    if (!section) {
      section = document.createElement("section");
      section.className = "chapterblock";
      section.id = id;
      section.innerHTML = `<div class="chapter"><h2 id="title-${index + 1}"></h2><p class="edge num"></p></div><ul class="grid"></ul>`;
      section.querySelector("h2").textContent = title || "Photographs";
      section.querySelector("p").textContent = count > 1 ? `${first + 1}–${first + count}` : first + 1;
      section.setAttribute("aria-labelledby", `title-${index + 1}`);
    }
    this.#body.append(section);
    const list = section.querySelector(".grid");
    list.setAttribute("role", "list");
    return { section, list };
  }

  /** Works out every row for the width there is, and puts every frame of the tree in its place. */
  lay() {
    const visible = this.#chapters.find((chapter) => !chapter.section.hidden) ?? this.#chapters[0];
    const measured = measure(visible.list);
    this.#places = [];
    let order = 0;
    for (const chapter of this.#chapters) {
      const { first, count } = chapter;
      chapter.shown = this.shown.filter((at) => at >= first && at < first + count);
      const { rows, places } = layOut(chapter.list, chapter.shown.map((at) => this.#pictures.ratios[at]), measured);
      chapter.rows = rows;
      places.forEach((place, i) => (this.#places[chapter.shown[i]] = { ...place, chapter, order: (order += 1) }));
    }
    for (const [at, item] of this.#frames) this.#put(item, at);
    this.#window();
  }

  /** Shows only these photographs; chapters without any of them are not there. */
  show(shown) {
    this.shown = shown;
    const here = new Set(shown);
    for (const [at, item] of this.#frames) {
      if (here.has(at)) continue;
      item.remove();
      this.#frames.delete(at);
    }
    for (const { section, first, count } of this.#chapters) {
      section.hidden = !shown.some((at) => at >= first && at < first + count);
    }
    this.#moved = true;
    this.lay();
  }

  /** Draws anew what is chosen: of one photograph, or of all in the tree. */
  mark(at, animate) {
    for (const [each, item] of this.#frames) {
      if (at === undefined || at === each) mark(item, each, this.#pictures, this.#site, animate);
    }
  }

  #put(item, at) {
    put(item, this.#places[at]);
    item.setAttribute("aria-setsize", this.shown.length);
    item.setAttribute("aria-posinset", this.#places[at].order);
  }

  #watch() {
    let due = false;
    const soon = () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => {
        due = false;
        this.#window();
      });
    };
    // the first view loads what it shows; the surroundings follow when somebody begins to move
    const moved = () => {
      this.#moved = true;
      soon();
    };
    for (const event of ["scroll", "wheel", "touchstart", "keydown"]) addEventListener(event, moved, { passive: true });
    new ResizeObserver(() => {
      const width = this.#body.clientWidth;
      if (Math.abs(width - this.#seen) < 1) return;
      this.#seen = width;
      this.#keepPlace(() => this.lay());
    }).observe(this.#body);
    this.#seen = this.#body.clientWidth;
  }
  #seen = 0;

  /** Whatever changes, the frame at the top of the view stays there. */
  #keepPlace(change) {
    const anchor = scrollY > 0 ? this.firstInView() : undefined;
    const before = anchor === undefined ? 0 : this.topOf(anchor);
    const height = anchor === undefined ? 1 : this.#places[anchor].height;
    change();
    if (anchor === undefined || before > 0) return;
    const share = this.#places[anchor].height / height;
    scrollBy({ top: this.topOf(anchor) - before * share, behavior: "instant" });
  }

  /** The first frame that is not above the view, if the grid is in view at all. */
  firstInView() {
    for (const chapter of this.#chapters) {
      if (chapter.section.hidden) continue;
      const box = chapter.list.getBoundingClientRect();
      if (box.bottom < 0) continue;
      if (box.top > innerHeight) return undefined;
      const row = chapter.rows.find((row) => box.top + row.bottom > 60);
      if (row) return chapter.shown[row.first];
    }
    return undefined;
  }

  /** Where a frame begins, from the top of the view. */
  topOf(at) {
    const { top, chapter } = this.#places[at];
    return chapter.list.getBoundingClientRect().top + top;
  }

  /** Brings frames near the view into the tree and takes the others out. The focused one stays. */
  #window() {
    this.onwindow?.(); // first: what it measures is not changed by what follows
    const view = innerHeight;
    const [from, to] = this.#moved ? [-ABOVE * view, (1 + BELOW) * view] : [0, view];
    const wanted = new Set();
    for (const chapter of this.#chapters) {
      if (chapter.section.hidden) continue;
      const { top } = chapter.list.getBoundingClientRect();
      for (const row of chapter.rows) {
        if (top + row.bottom < from || top + row.top > to) continue;
        for (let i = 0; i < row.count; i += 1) wanted.add(chapter.shown[row.first + i]);
      }
    }
    for (const [at, item] of this.#frames) {
      const idle = this.#moved && !wanted.has(at) && !item.contains(document.activeElement);
      if (idle) {
        item.remove();
        this.#frames.delete(at);
      }
    }
    const numbers = [...this.#frames.keys()].sort((a, b) => a - b);
    for (const at of [...wanted].sort((a, b) => a - b)) {
      if (this.#frames.has(at)) continue;
      const next = numbers.find((number) => number > at && this.#places[number].chapter === this.#places[at].chapter);
      this.#insert(at, next === undefined ? null : this.#frames.get(next));
    }
  }

  #insert(at, before) {
    const item = frameOf(at, this.#pictures, this.#site);
    item.dataset.number = at + 1;
    this.#put(item, at);
    this.#places[at].chapter.list.insertBefore(item, before);
    this.#frames.set(at, item);
    develop(item, at, this.#pictures, this.#site);
  }

  /** Scrolls a frame into view if it is not, and returns its link. */
  reveal(at) {
    if (!this.#places[at]) return undefined;
    const top = this.topOf(at);
    const { height } = this.#places[at];
    const head = 60;
    if (top < head || top + height > innerHeight) {
      const middle = Math.max(head, (innerHeight - height) / 2);
      scrollBy({ top: top - Math.min(middle, innerHeight - height), behavior: "instant" });
    }
    this.#moved = true;
    this.#window();
    return this.#frames.get(at)?.querySelector(".frame__pic");
  }

  /** The photograph before (-1) or after (1) this one. */
  next(at, step) {
    return this.shown[this.shown.indexOf(at) + step];
  }

  /** The frame above (-1) or below (1) this one. */
  beside(at, step) {
    const { left, width } = this.#places[at];
    const rows = this.#chapters.flatMap((each) => each.rows.map((row) => each.shown.slice(row.first, row.first + row.count)));
    const row = rows[rows.findIndex((numbers) => numbers.includes(at)) + step];
    if (!row) return at;
    const middle = left + width / 2;
    const far = (i) => Math.abs(this.#places[i].left + this.#places[i].width / 2 - middle);
    return row.reduce((best, i) => (far(i) < far(best) ? i : best));
  }

  /** Chapters as they stand, for the chapter line. */
  get sections() {
    return this.#chapters.map((chapter) => chapter.section);
  }
}
