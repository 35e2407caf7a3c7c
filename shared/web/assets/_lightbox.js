// The lightbox: PhotoSwipe with the look's own controls. The address carries the photograph, and Back closes it.
import PhotoSwipe from "photoswipe";
import { actions } from "./_actions.js";
import { join } from "./_thread.js";

/** What joins the lightbox each time it opens: each is called with its room, see `roomOf`. */
const JOINING = [join];

const WIDE = matchMedia("(min-width: 900px)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Opens photograph `at`; it moves within what the grid shows, the grid behind follows and gets the focus back. `how`:
 * whether its address is new in the history.
 */
export async function open(at, pictures, grid, site, how = "pushState") {
  await pictures.load(at);
  const shown = grid.shown.includes(at) ? grid.shown : Array.from({ length: pictures.total }, (_, i) => i);
  const box = new PhotoSwipe({
    index: shown.indexOf(at),
    dataSource: [],
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    imageClickAction: "zoom",
    tapAction: "toggle-controls",
    bgClickAction: "close",
    showHideAnimationType: CALM.matches ? "none" : "zoom",
    arrowPrev: false,
    arrowNext: false,
    close: false,
    counter: false,
    zoom: false,
    returnFocus: false,
    errorMsg: "This photograph did not load. Close it and try again.",
    paddingFn: () =>
      WIDE.matches
        ? { top: 80 + above(), bottom: 24, left: 80, right: 400 }
        : { top: 52 + above(), bottom: below(box), left: 0, right: 0 },
  });
  const room = roomOf(box, shown, pictures, site);
  box.addFilter("numItems", () => shown.length);
  box.addFilter("itemData", (_, index) => item(shown[index], index, pictures, box));
  box.addFilter("thumbEl", (_, __, index) => thumb(shown[index]));
  controls(box, room, pictures, site);
  address(box, room, pictures, grid, site, how);
  box.on("firstUpdate", () => box.element.setAttribute("aria-label", "Photograph"));
  box.init();
  // until it has opened PhotoSwipe hears no key: none may reach the photographs behind it meanwhile
  box.element.focus({ preventScroll: true });
}

/** What the View-as banner takes above the picture. */
function above() {
  return document.querySelector(".viewas")?.offsetHeight ?? 0;
}

/** What the bar takes below the picture on a phone, with the details if they are open. */
function below(box) {
  return box?.element?.querySelector(".lb__side")?.offsetHeight || 68;
}

function thumb(at) {
  return document.querySelector(`.frame[data-number="${at + 1}"] img`);
}

function item(at, index, pictures, box) {
  const picture = pictures.known(at);
  if (!picture) {
    pictures.load(at).then(
      () => box.isOpen && box.refreshSlideContent(index),
      () => {},
    );
    return { html: "" };
  }
  const largest = picture.sources.at(-1);
  return {
    src: largest.url,
    srcset: picture.sources.map(({ url, width }) => `${url} ${width}w`).join(", "),
    width: largest.width,
    height: largest.height,
    msrc: thumb(at)?.currentSrc,
    alt: [pictures.name(at), pictures.chapter(at), pictures.state(at)?.word].filter(Boolean).join(", "),
  };
}

/** Whether keys go into a field. */
function typing(element) {
  return Boolean(element?.closest?.("input, textarea, select, [contenteditable]"));
}

/** What everything in the lightbox works with: the photograph of now, the bar's actions, keys and the panel. */
function roomOf(box, shown, pictures, site) {
  const [keys, followers, closers] = [new Map(), new Set(), new Set()];
  const room = {
    box,
    pictures,
    site,
    choices: site.choices,
    get element() {
      return box.element;
    },
    get at() {
      return shown[box.currIndex];
    },
    get bar() {
      return box.element.querySelector(".lb__bar");
    },
    get panel() {
      return box.element.querySelector(".lb__panel");
    },
    photo() {
      const { at } = room;
      const id = pictures.id(at);
      const [state, may, comments] = [pictures.state(at), pictures.may(at), site.choices?.comments.get(id) ?? 0];
      return { at, id, name: pictures.name(at), state, may, comments };
    },
    /** Calls `run(photo)` now and whenever the photograph is another, or something about it has changed. */
    onphoto(run) {
      followers.add(run);
      run(room.photo());
    },
    onclose: (run) => closers.add(run),
    /** Calls `run` whenever the picture lies elsewhere. */
    onlayout: (run) => {
      for (const event of ["zoomPanUpdate", "resize", "imageSizeChange", "slideActivate"]) box.on(event, run);
    },
    /** Presses `run(event)` on this key, unless somebody is typing. */
    key: (key, run) => keys.set(key, run),
    /** A labelled action in the bar. Its words and its state are its owner's. */
    action({ name, icon, words, key, run }) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `act act--${name}`;
      button.innerHTML = `${site.icon(icon)}<span class="act__words"></span>`;
      button.querySelector("span").textContent = words;
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        run(button);
      });
      if (key) keys.set(key, () => !button.hidden && run(button));
      room.bar.insertBefore(button, room.bar.querySelector(".lb__get, .act-more, .lb__toggle"));
      return button;
    },
    /** Opens or closes the panel; on a phone it is the lower half. */
    open(on) {
      box.element.querySelector(".lb__side").classList.toggle("has-panel", on);
      box.updateSize(true);
    },
    /** The picture of now and the box it fills, in pixels of the window. */
    overlay() {
      const slide = box.currSlide;
      const img = slide?.content?.element;
      const { width, height } = img?.getBoundingClientRect() ?? { width: 0, height: 0 };
      return { img, width, height, slide };
    },
    say() {
      if (!box.isDestroying) for (const run of followers) run(room.photo());
    },
  };
  box.on("change", () => room.say());
  box.on("destroy", () => closers.forEach((run) => run()));
  box.on("keydown", (event) => {
    const { originalEvent: key } = event;
    if (typing(key.target)) {
      if (key.key !== "Escape" && key.key !== "Tab") event.preventDefault();
      return;
    }
    if (key.altKey || key.ctrlKey || key.metaKey || key.shiftKey) return;
    // on a control, Space is that control's
    if (key.key === " " && key.target.closest?.("button, a, summary")) return;
    const run = keys.get(key.key.length === 1 ? key.key.toLowerCase() : key.key);
    if (!run) return;
    event.preventDefault();
    key.preventDefault();
    if (!key.repeat) run(key);
  });
  return room;
}

/** Bar, arrows and facts: drawn once, told apart by what the current photograph is. */
function controls(box, room, pictures, site) {
  box.on("uiRegister", () => {
    const add = (className, html, fill) =>
      box.ui.registerElement({
        name: className,
        className: `${className} pswp__hide-on-close`,
        appendTo: "root",
        html,
        onInit: (element) => {
          fill?.(element);
          box.on("change", () => fill?.(element));
        },
      });
    add("lb__top", top(site), (element) => {
      element.querySelector(".num").textContent = counter(room, box, pictures);
      element.querySelector(".lb__chapter").textContent = pictures.chapter(room.at);
      const state = pictures.state(room.at);
      const label = element.querySelector(".state");
      label.hidden = !state;
      label.className = `state state--${state?.shape}`;
      label.textContent = state?.word ?? "";
    });
    add("lb__nav lb__nav--p", button("prev", "Previous photograph", "left", site), (element) => {
      element.querySelector("button").hidden = box.currIndex === 0;
    });
    add("lb__nav lb__nav--n", button("next", "Next photograph", "right", site), (element) => {
      element.querySelector("button").hidden = box.currIndex === box.getNumItems() - 1;
    });
    add("lb__side", side(site), (element) => facts(element, room, pictures));
    // when they are all in the tree
    queueMicrotask(() => {
      if (!box.isOpen) return;
      actions(room);
      for (const join of JOINING) join(room);
    });
  });
  box.on("bindEvents", () => {
    box.events.add(box.element, "click", (event) => {
      const action = event.target.closest?.("[data-do]")?.dataset.do;
      if (!action) return;
      event.stopPropagation();
      if (action === "details") return details(event.target.closest("[data-do]"), box);
      if (action === "zoom") return box.currSlide?.toggleZoom();
      box[action]();
    });
  });
}

/** "86 / 312"; while a filter holds, also the place in what it leaves. */
function counter(room, box, pictures) {
  const count = box.getNumItems();
  const place = `${room.at + 1} / ${pictures.total}`;
  return count === pictures.total ? place : `${place} (${box.currIndex + 1} of ${count} shown)`;
}

function top(site) {
  return `${button("close", "Close", "close", site)}<p class="edge num" role="status"></p><p class="edge lb__chapter"></p><span class="push"></span><span class="state" hidden></span>${button("zoom", "Zoom", "zoom", site)}`;
}

function side(site) {
  return `<div class="lb__bar"><button type="button" class="act lb__toggle" data-do="details" aria-expanded="false">${site.icon("info")}Details</button></div><div class="lb__rate" hidden></div><dl class="lb__detail kv"></dl><div class="lb__panel"></div>`;
}

function button(action, name, drawing, site) {
  return `<button type="button" class="icon-btn" data-do="${action}" aria-label="${name}">${site.icon(drawing)}</button>`;
}

function details(toggle, box) {
  const open = toggle.closest(".lb__side").classList.toggle("is-open");
  toggle.setAttribute("aria-expanded", open);
  box.updateSize(true);
}

function facts(element, room, pictures) {
  const { at } = room;
  const show = (picture) => {
    if (room.at !== at) return;
    const rows = [
      ["File", pictures.name(at)],
      ["Taken", picture?.taken],
      ["Size", picture?.pixels],
      ["State", pictures.state(at)?.word],
      ["Version", picture?.version > 1 ? picture.version : undefined],
    ];
    element.querySelector("dl").replaceChildren(
      ...rows
        .filter(([, value]) => value)
        .flatMap(([key, value]) => {
          const term = document.createElement("dt");
          term.textContent = key;
          const words = document.createElement("dd");
          words.className = "num";
          words.textContent = value;
          return [term, words];
        }),
    );
  };
  show(pictures.known(at));
  if (!pictures.known(at)) pictures.load(at).then(show, () => {});
}

/** Each photograph has its address while it is open; Back, Close and the gesture end in the same place. */
function address(box, room, pictures, grid, site, first) {
  const title = document.title;
  const say = (how) => {
    const { at } = room;
    history[how]({ photograph: at }, "", `${site.gallery}/photo/${pictures.id(at)}`);
    document.title = `${at + 1} of ${pictures.total} · ${title}`;
  };
  const back = () => box.close();
  let shown = false;
  box.on("change", () => {
    say(shown ? "replaceState" : first);
    shown = true;
    for (const near of [room.at - 3, room.at + 3]) {
      if (near >= 0 && near < pictures.total && !pictures.known(near)) pictures.load(near).catch(() => {});
    }
  });
  addEventListener("popstate", back);
  // the grid follows the photograph, not where it stood when the first one was opened
  history.scrollRestoration = "manual";
  box.on("close", () => {
    removeEventListener("popstate", back);
    grid.reveal(room.at);
  });
  box.on("destroy", () => {
    document.title = title;
    const { at } = room;
    const auto = () => (history.scrollRestoration = "auto");
    if (history.state?.photograph === undefined) auto();
    else {
      addEventListener("popstate", auto, { once: true });
      history.back();
    }
    grid.reveal(at)?.focus({ preventScroll: true, focusVisible: false });
  });
}
