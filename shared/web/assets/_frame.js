// One frame of the grid: the picture in its exact place, its placeholder, and what happens when it does not come.
import { thumbHashToDataURL } from "thumbhash";
import { clamp } from "./_rows.js";

/** A picture that failed is asked for again after so many seconds; then its frame offers to retry. */
const AGAIN = [1, 4, 15];

/** Makes the list item of photograph `at` (from 0), as the server would have written it. */
export function frameOf(at, pictures, site) {
  const name = pictures.name(at);
  const chapter = pictures.chapter(at);
  const state = pictures.state(at);
  const item = document.createElement("li");
  item.className = "frame";
  const link = document.createElement("a");
  link.className = "frame__pic";
  link.setAttribute("aria-label", [name, chapter, state?.word, `${at + 1} of ${pictures.total}`].filter(Boolean).join(", "));
  link.style.backgroundColor = pictures.colour(at);
  link.href = `${site.gallery}?from=${at + 1}#frames`;
  const edge = document.createElement("div");
  edge.className = "frame__edge";
  edge.append(span("edge num", at + 1), span("edge edge--name name", name));
  if (site.proofing && state) edge.append(span(`state state--${state.shape}`, state.word));
  const get = download(at, pictures, site);
  if (get) edge.append(get);
  item.append(link, edge);
  return item;
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** The frame's one download: the original where it may be had, else the web size, else none. */
function download(at, pictures, site) {
  const { original, web } = pictures.offer(at);
  if (!original && !web) return undefined;
  const link = document.createElement("a");
  link.className = "frame__get";
  link.setAttribute("aria-label", `Download ${pictures.name(at)}${original ? "" : " in web size"}`);
  link.innerHTML = site.icon("download");
  return link;
}

/** Brings the picture into a frame that has none yet: placeholder first, then the size the frame needs. */
export async function develop(item, at, pictures, site, tries = 0) {
  let picture;
  try {
    picture = pictures.known(at) ?? (await pictures.load(at));
  } catch {
    return fail(item, at, pictures, site, tries);
  }
  if (!item.isConnected || !picture) return;
  const link = item.querySelector(".frame__pic");
  link.href = `${site.gallery}/photo/${picture.id}`;
  const get = item.querySelector(".frame__get");
  if (get) get.href = `${site.download}/${picture.id}${pictures.offer(at).original ? "" : "/web"}`;
  placeholder(link, picture.hash);
  const img = new Image();
  img.alt = "";
  img.decoding = "async";
  img.className = "is-coming";
  img.onload = () => {
    img.classList.remove("is-coming");
    bare(link, at, pictures);
  };
  img.onerror = () => {
    img.remove();
    pictures.forget(at);
    fail(item, at, pictures, site, tries);
  };
  img.sizes = `${Math.ceil(Number.parseFloat(item.style.width))}px`; // as the grid has laid it, without asking for layout
  img.srcset = picture.sources.map(({ url, width }) => `${url} ${width}w`).join(", ");
  link.replaceChildren(img);
}

/** A frame the server wrote: its picture is on the way already. */
export function adopt(item, at, pictures, site) {
  const img = item.querySelector("img");
  bare(item.querySelector(".frame__pic"), at, pictures);
  const failed = () => {
    img.remove();
    fail(item, at, pictures, site, 0);
  };
  if (img.complete && img.currentSrc && img.naturalWidth === 0) failed();
  else img.addEventListener("error", failed, { once: true });
}

function fail(item, at, pictures, site, tries) {
  if (!item.isConnected) return;
  const again = () => develop(item, at, pictures, site, tries + 1);
  if (tries < AGAIN.length) {
    setTimeout(() => item.isConnected && again(), AGAIN[tries] * 1000);
    return;
  }
  const retry = document.createElement("button");
  retry.className = "frame__retry";
  retry.textContent = "Retry";
  retry.setAttribute("aria-label", `Load ${pictures.name(at)} again`);
  retry.onclick = () => {
    retry.remove();
    develop(item, at, pictures, site, 0);
  };
  item.append(retry);
}

/** A panorama that does not fill its frame stands on the well, not on its own placeholder. */
function bare(link, at, pictures) {
  if (clamp(pictures.ratios[at]) !== pictures.ratios[at]) link.style.background = "none var(--paper-low)";
}

function placeholder(link, hash) {
  if (!hash || link.style.backgroundImage) return;
  const bytes = Uint8Array.from(hash.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    link.style.backgroundImage = `url(${thumbHashToDataURL(bytes)})`;
  } catch {
    // the average colour stays
  }
}
