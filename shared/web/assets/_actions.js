// What can be done with the photograph in the lightbox: choose, rate, download, add to the order.
import { choose, frozen } from "./_choosing.js";
import { keyed, LABELS, labelled, rate, starred, stem } from "./_marks.js";
import { toast } from "./_toast.js";

/** Puts the actions into a lightbox; see `roomOf` there. */
export function actions(room) {
  const { choices, site } = room;
  if (choices) {
    hearts(room);
    ratings(room);
    const stop = choices.listen((photo) => (photo === undefined || photo === room.photo().id) && room.say());
    room.onclose(stop);
  }
  downloads(room, site);
}

function hearts(room) {
  const { choices, site } = room;
  const run = () => {
    const { id, may } = room.photo();
    if (may.frozen) return toast(frozen(choices, site.studio));
    if (may.select) choose(choices, id, !choices.of(id).chosen, site);
  };
  const button = room.action({ name: "heart", icon: "heart", words: "Choose", key: " ", run });
  room.onphoto(({ id, name, may }) => {
    const { chosen, saving } = choices.of(id);
    button.hidden = !may.select && !may.frozen;
    button.setAttribute("aria-pressed", chosen);
    button.setAttribute("aria-label", `Choose ${stem(name)}`);
    if (may.frozen) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    const late = saving && Date.now() - saving > 300;
    button.querySelector(".act__words").textContent = late ? "saving…" : chosen ? "Chosen" : "Choose";
    if (saving && !late) setTimeout(() => room.say(), 310);
  });
}

/** Stars 1 to 5 and labels 6 to 9, as in Lightroom. */
function ratings(room) {
  const { choices, site } = room;
  const group = room.element.querySelector(".lb__rate");
  const stars = [1, 2, 3, 4, 5].map((n) => `<button type="button" class="star" name="stars" value="${n}" aria-label="${starred(n)}">${site.icon("star")}</button>`);
  const labels = LABELS.map((label) => `<button type="button" class="swatch swatch--one" name="label" value="${label}" data-label="${label}" aria-label="${labelled(label)}">${label[0].toUpperCase()}</button>`);
  group.innerHTML = `<div role="group" aria-label="Stars">${stars.join("")}</div><div role="group" aria-label="Label">${labels.join("")}</div>`;
  const set = (channel, value) => {
    const { id, may } = room.photo();
    if (may.rate) choices.set(id, channel, value);
  };
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.stopPropagation();
    const said = choices.of(room.photo().id);
    if (button.name === "stars") set("stars", Number(button.value) === said.stars ? null : Number(button.value));
    else set("label", button.value === said.label ? null : button.value);
  });
  for (const key of "0123456789") {
    room.key(key, () => {
      const said = keyed(key, choices.of(room.photo().id));
      if (said) set(...said);
    });
  }
  let open;
  room.onphoto(({ id, may }) => {
    group.hidden = !may.rate;
    rate(group, choices.of(id));
    if (open !== undefined && open !== may.rate) room.box.updateSize(true);
    open = may.rate;
  });
}

/** The first way to have it is one tap (L17); the others are a list in words, those that are ordered too. */
function downloads(room, site) {
  const { choices, pictures } = room;
  const more = document.createElement("details");
  more.className = "act-more";
  more.innerHTML = `<summary class="act"></summary><ul role="list"></ul>`;
  const single = document.createElement("a");
  single.className = "act lb__get";
  for (const element of [single, more]) {
    element.hidden = true;
    room.bar.insertBefore(element, room.bar.querySelector(".lb__toggle"));
    // the lightbox would take it for a tap on the picture
    element.addEventListener("click", (event) => event.stopPropagation());
  }
  const wish = ({ product, name }, id) => {
    const wanted = choices?.of(id).wanted.includes(product);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", Boolean(wanted));
    button.innerHTML = site.icon(wanted ? "check" : "plus");
    button.append(wanted ? `In your order: ${name}` : `Add to order: ${name}`);
    button.onclick = () => choices?.set(id, `wanted:${product}`, !wanted);
    return button;
  };
  room.onphoto(({ at, id }) => {
    const offers = pictures.offers(at).filter((offer) => !offer.order || choices);
    const first = offers.find((offer) => !offer.order);
    const others = offers.filter((offer) => offer !== first);
    single.hidden = !first;
    if (first) {
      single.href = `${site.download}/${first.path}`;
      single.innerHTML = site.icon("download");
      single.append("Download");
      single.setAttribute("aria-label", `Download: ${first.name}`);
    }
    more.hidden = others.length === 0;
    const ordered = others.every((offer) => offer.order);
    const inside = choices?.of(id).wanted.length > 0;
    const summary = more.querySelector("summary");
    summary.innerHTML = site.icon(inside ? "check" : ordered ? "plus" : "more");
    summary.append(inside ? "In order" : ordered ? "Order" : "Sizes");
    const focused = [...more.querySelectorAll("li > *")].indexOf(document.activeElement);
    more.querySelector("ul").replaceChildren(
      ...others.map((offer) => {
        const line = document.createElement("li");
        if (offer.order) line.append(wish(offer, id));
        else {
          const link = document.createElement("a");
          link.href = `${site.download}/${offer.path}`;
          link.innerHTML = site.icon("download");
          link.append(offer.name);
          line.append(link);
        }
        return line;
      }),
    );
    if (focused >= 0) more.querySelectorAll("li > *")[focused]?.focus();
  });
  room.box.on("change", () => (more.open = false));
}
