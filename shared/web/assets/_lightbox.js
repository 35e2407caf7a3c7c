// The lightbox: PhotoSwipe with the look's own controls. The address carries the photograph, and Back closes it.
import PhotoSwipe from "photoswipe";

const WIDE = matchMedia("(min-width: 900px)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** Opens photograph `at`; the grid behind follows, and gets the focus back. `how`: whether its address is new in the history. */
export async function open(at, pictures, grid, site, how = "pushState") {
  await pictures.load(at);
  const box = new PhotoSwipe({
    index: at,
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
  box.addFilter("numItems", () => pictures.total);
  box.addFilter("itemData", (_, index) => item(index, pictures, box));
  box.addFilter("thumbEl", (_, __, index) => document.querySelector(`.frame[data-number="${index + 1}"] img`));
  controls(box, pictures, site);
  address(box, pictures, grid, site, how);
  box.on("firstUpdate", () => box.element.setAttribute("aria-label", "Photograph"));
  box.init();
}

/** What the View-as banner takes above the picture. */
function above() {
  return document.querySelector(".viewas")?.offsetHeight ?? 0;
}

/** What the bar takes below the picture on a phone, with the details if they are open. */
function below(box) {
  return box?.element?.querySelector(".lb__side")?.offsetHeight || 68;
}

function item(at, pictures, box) {
  const picture = pictures.known(at);
  if (!picture) {
    pictures.load(at).then(
      () => box.isOpen && box.refreshSlideContent(at),
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
    msrc: document.querySelector(`.frame[data-number="${at + 1}"] img`)?.currentSrc,
    alt: [pictures.name(at), pictures.chapter(at), pictures.state(at)?.word].filter(Boolean).join(", "),
  };
}

/** Bar, arrows and facts: drawn once, told apart by what the current photograph is. */
function controls(box, pictures, site) {
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
      element.querySelector(".num").textContent = `${box.currIndex + 1} / ${pictures.total}`;
      element.querySelector(".lb__chapter").textContent = pictures.chapter(box.currIndex);
      const state = pictures.state(box.currIndex);
      const label = element.querySelector(".state");
      label.hidden = !state;
      label.className = `state state--${state?.shape}`;
      label.textContent = state?.word ?? "";
    });
    add("lb__nav lb__nav--p", button("prev", "Previous photograph", "left", site), (element) => {
      element.querySelector("button").hidden = box.currIndex === 0;
    });
    add("lb__nav lb__nav--n", button("next", "Next photograph", "right", site), (element) => {
      element.querySelector("button").hidden = box.currIndex === pictures.total - 1;
    });
    add("lb__side", side(site), (element) => facts(element, box, pictures, site));
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

function top(site) {
  return `${button("close", "Close", "close", site)}<p class="edge num" role="status"></p><p class="edge lb__chapter"></p><span class="push"></span><span class="state" hidden></span>${button("zoom", "Zoom", "zoom", site)}`;
}

function side(site) {
  const get = `<a class="act lb__get" hidden>${site.icon("download")}Download</a><a class="act lb__web" hidden>${site.icon("phone")}Web size</a>`;
  return `<div class="lb__bar">${get}<button type="button" class="act lb__toggle" data-do="details" aria-expanded="false">${site.icon("info")}Details</button></div><dl class="lb__detail kv"></dl>`;
}

function button(action, name, drawing, site) {
  return `<button type="button" class="icon-btn" data-do="${action}" aria-label="${name}">${site.icon(drawing)}</button>`;
}

function details(toggle, box) {
  const open = toggle.closest(".lb__side").classList.toggle("is-open");
  toggle.setAttribute("aria-expanded", open);
  box.updateSize(true);
}

function facts(element, box, pictures, site) {
  const at = box.currIndex;
  downloads(element, {}, "");
  const show = (picture) => {
    if (box.currIndex !== at || !picture) return;
    downloads(element, pictures.offer(at), `${site.download}/${picture.id}`);
    const rows = [
      ["File", pictures.name(at)],
      ["Taken", picture.taken],
      ["Size", picture.pixels],
      ["State", pictures.state(at)?.word],
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
  const picture = pictures.known(at);
  if (picture) show(picture);
  else pictures.load(at).then(show, () => {});
}

/** What may be had of this photograph, and nothing else. */
function downloads(element, { original, web }, address) {
  const offers = [
    [".lb__get", original, address],
    [".lb__web", web, `${address}/web`],
  ];
  for (const [control, offered, href] of offers) {
    const link = element.querySelector(control);
    link.hidden = !offered;
    if (offered) link.href = href;
    else link.removeAttribute("href");
  }
}

/** Each photograph has its address while it is open; Back, Close and the gesture end in the same place. */
function address(box, pictures, grid, site, first) {
  const title = document.title;
  const say = (how) => {
    const at = box.currIndex;
    pictures.load(at).then(
      (picture) => {
        if (!box.isOpen || box.currIndex !== at) return;
        history[how]({ photograph: at }, "", `${site.gallery}/photo/${picture.id}`);
        document.title = `${at + 1} of ${pictures.total} · ${title}`;
      },
      () => {},
    );
  };
  const back = () => box.close();
  let shown = false;
  box.on("change", () => {
    say(shown ? "replaceState" : first);
    shown = true;
    for (const near of [box.currIndex - 3, box.currIndex + 3]) {
      if (near >= 0 && near < pictures.total && !pictures.known(near)) pictures.load(near).catch(() => {});
    }
  });
  addEventListener("popstate", back);
  // the grid follows the photograph, not where it stood when the first one was opened
  history.scrollRestoration = "manual";
  box.on("close", () => {
    removeEventListener("popstate", back);
    grid.reveal(box.currIndex);
  });
  box.on("destroy", () => {
    document.title = title;
    const auto = () => (history.scrollRestoration = "auto");
    if (history.state?.photograph === undefined) auto();
    else {
      addEventListener("popstate", auto, { once: true });
      history.back();
    }
    grid.reveal(box.currIndex)?.focus({ preventScroll: true, focusVisible: false });
  });
}
