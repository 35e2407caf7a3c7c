// The marks beside a frame: heart, ring, stars, label and what is being saved. Never on the picture.

const RINGS = [
  "M.6 .5C30 -.3 71 .9 99.7 .2 99.2 31 100.2 70 99.6 99.7 67 99.2 33 100.3 .2 99.5 .8 66 -.2 34 .5 -1",
  "M-1 .8C29 .3 68 -.4 99.5 .6 100.1 33 99.3 69 99.9 99.4 70 100.2 30 99.4 .3 99.9 -.2 68 .7 33 .3 -.4",
  "M.5 -1C-.1 33 .8 66 .2 99.8 33 99.3 66 100.1 99.8 99.5 99.3 67 100.2 34 99.6 .4 66 .8 33 -.2 -1 .7",
];
/** A tap says that it is being saved after so many milliseconds without an answer. */
const PATIENCE = 300;
/** In the order of their keys, 6 to 9. */
export const LABELS = ["red", "yellow", "green", "blue"];

/** `IMG_2041` of `IMG_2041.jpg`. */
export function stem(name) {
  return name.replace(/(.)\.[^.]*$/, "$1");
}

/** A word of a label. */
export function labelled(label) {
  return label ? label[0].toUpperCase() + label.slice(1) : "";
}

export function starred(stars) {
  return stars ? `${stars} ${stars === 1 ? "star" : "stars"}` : "";
}

/** The heart of a frame that the script makes; the server writes the same in a form. */
export function heart(name, site) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "heart";
  button.setAttribute("aria-label", `Choose ${stem(name)}`);
  button.innerHTML = site.icon("heart");
  return button;
}

/** Stars and label of a frame, in Proofing style. */
export function rating(name, site) {
  const group = document.createElement("div");
  group.className = "rate";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Stars and label of ${stem(name)}`);
  group.innerHTML = [1, 2, 3, 4, 5].map((n) => `<button type="button" class="star" name="stars" value="${n}" aria-label="${starred(n)}">${site.icon("star")}</button>`).join("");
  group.insertAdjacentHTML("beforeend", `<button type="button" class="swatch" name="label" value=""></button>`);
  return group;
}

/** Draws what is so: `said` as `Choices.of` says it, `may` as `Pictures.may`. */
export function paint(item, at, said, may, animate) {
  const was = item.classList.contains("is-chosen");
  item.classList.toggle("is-chosen", said.chosen);
  const late = said.saving > 0 && Date.now() - said.saving >= PATIENCE;
  ring(item, at, said.chosen, late, animate && !was);
  const heart = item.querySelector(".heart");
  if (heart?.localName === "button") {
    heart.setAttribute("aria-pressed", said.chosen);
    if (heart.value) heart.value = said.chosen ? 0 : 1;
    if (may?.frozen) heart.setAttribute("aria-disabled", "true");
    else heart.removeAttribute("aria-disabled");
  }
  const words = item.querySelector(".saving");
  if (late && !words) {
    const word = document.createElement("span");
    word.className = "saving";
    word.textContent = "saving…";
    item.querySelector(".frame__edge").append(word);
  } else if (!late) words?.remove();
  rate(item.querySelector(".rate"), said);
}

function ring(item, at, on, saving, animate) {
  let mark = item.querySelector(".ring");
  if (!on) return mark?.remove();
  if (!mark) {
    item.insertAdjacentHTML("beforeend", `<svg class="ring" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><path d="${RINGS[at % 3]}"/></svg>`);
    mark = item.querySelector(".ring");
    mark.classList.toggle("is-new", Boolean(animate));
  }
  mark.classList.toggle("is-saving", saving);
}

/** Stars and swatch, in the strip or in the lightbox. */
export function rate(group, { stars, label }) {
  if (!group) return;
  for (const button of group.querySelectorAll('[name="stars"]')) {
    const value = Number(button.value);
    if (!value) continue;
    button.classList.toggle("is-on", value <= (stars ?? 0));
    button.setAttribute("aria-pressed", value === stars);
  }
  for (const button of group.querySelectorAll('[name="label"]')) {
    if (!button.classList.contains("swatch--one")) {
      // the strip has one that goes round
      button.dataset.label = label ?? "";
      button.setAttribute("aria-label", label ? `Label: ${labelled(label)}` : "No label");
      button.textContent = label ? label[0].toUpperCase() : "";
    } else button.setAttribute("aria-pressed", button.value === label);
  }
}

/** The next label of the one swatch of a strip. */
export function nextLabel(label) {
  return [...LABELS, null][(LABELS.indexOf(label) + 1) % (LABELS.length + 1)];
}

/** What a key says of a photograph, as Lightroom has it: 1 to 5 stars, 0 none, 6 to 9 labels (the same again: none). */
export function keyed(key, { stars, label }) {
  if (/^[0-5]$/.test(key)) return ["stars", key === "0" || Number(key) === 0 ? null : Number(key)];
  const at = "6789".indexOf(key);
  if (at < 0 || key.length !== 1) return undefined;
  return ["label", label === LABELS[at] ? null : LABELS[at]];
}
