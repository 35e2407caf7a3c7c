// One frame of the grid: the picture in its exact place, its placeholder, and what happens when it does not come.
import { thumbHashToDataURL } from "thumbhash";
import { heart, paint, rating } from "./_marks.js";
import { clamp } from "./_rows.js";

/** A picture that failed is asked for again after so many seconds; then its frame offers to retry. */
const AGAIN = [1, 4, 15];

/** Makes the list item of photograph `at` (from 0), as the server would have written it. */
export function frameOf(at, pictures, site) {
  const name = pictures.name(at);
  const state = pictures.state(at);
  const item = document.createElement("li");
  item.className = "frame";
  item.dataset.id = pictures.id(at);
  const link = document.createElement("a");
  link.className = "frame__pic";
  link.style.backgroundColor = pictures.colour(at);
  link.href = `${site.gallery}/photo/${pictures.id(at)}`;
  const edge = document.createElement("div");
  edge.className = "frame__edge";
  edge.append(span("edge num", at + 1), span("edge edge--name name", name));
  if (site.states && state) edge.append(span(`state state--${state.shape}`, state.word));
  item.append(link, edge);
  mark(item, at, pictures, site);
  return item;
}

/** Gives a frame the controls that its photograph has now, and draws what is chosen; what the server wrote stays. */
export function mark(item, at, pictures, site, animate = false) {
  const { choices } = site;
  const may = pictures.may(at);
  const edge = item.querySelector(".frame__edge");
  const [name, said] = [pictures.name(at), choices?.of(pictures.id(at))];
  const hearts = Boolean(choices && (may.select || may.frozen || said.chosen));
  put(edge, ".heart", hearts && !(may.select || may.frozen) ? "span" : "button", hearts, () => (may.select || may.frozen ? heart(name, site) : still(site)));
  put(edge, ".rate", "div", Boolean(choices && site.proofing && may.rate), () => rating(name, site));
  const get = pictures.offers(at).find((offer) => !offer.order);
  put(edge, ".frame__get", "a", Boolean(get), () => download(get, name, site));
  if (choices) paint(item, at, said, may, animate);
  const words = [name, pictures.chapter(at), said?.chosen && "chosen", pictures.state(at)?.word, `${at + 1} of ${pictures.total}`];
  item.querySelector(".frame__pic").setAttribute("aria-label", words.filter(Boolean).join(", "));
}

/** Makes a part, or takes it out with its form. */
function put(edge, selector, tag, wanted, make) {
  const there = edge.querySelector(selector);
  if (there && wanted && there.localName === tag) return;
  (there?.closest("form.choose") ?? there)?.remove();
  if (wanted) edge.append(make());
}

/** Chosen, and not to be changed. */
function still(site) {
  const mark = span("heart heart--still", "");
  mark.innerHTML = site.icon("heart");
  return mark;
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** The frame's one download: the first that can be had at once. */
function download({ name: size, path }, name, site) {
  const link = document.createElement("a");
  link.className = "frame__get";
  link.href = `${site.download}/${path}`;
  link.setAttribute("aria-label", `Download ${name}: ${size}`);
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
  mark(item, at, pictures, site);
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
