// Hearts, stars and labels of the grid: a tap or a key is shown at once and handed on.
import { keyed, nextLabel, paint } from "./_marks.js";
import { toast } from "./_toast.js";

/** Milliseconds after which a tap without an answer says that it is being saved. */
const LATE = 310;

/** Why one more is too many (the look's sentence for it); `undefined`: there is room. */
export function tooMany(choices, photo, studio) {
  const reached = choices.reached(photo);
  if (!reached) return undefined;
  const where = reached.section ? ` of ${reached.section}` : "";
  return `That would be ${reached.max + 1}${where}. Take one out first, or ask ${studio} for more.`;
}

/** Why the choice stands still. */
export function frozen(choices, studio) {
  const on = choices.confirmed && new Date(choices.confirmed);
  const when = on ? `Confirmed on ${on.toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" })}. ` : "";
  return `${when}Only ${studio} can open your choice again.`;
}

/** Sets the heart; taking one out can be undone. */
export function choose(choices, photo, on, site) {
  const full = on && tooMany(choices, photo, site.studio);
  if (full) return toast(full);
  choices.set(photo, "chosen", on);
  if (!on) toast("Taken out.", "Undo", () => choose(choices, photo, true, site));
}

/** Handles the grid below `root`; call `over` when grid and pictures are there. */
export function choosing(root, choices, site) {
  let [grid, pictures] = [];
  const itemOf = (element) => element.closest?.(".frame");
  const may = (item) => (pictures ? pictures.may(Number(item.dataset.number) - 1) : { select: true, rate: true });
  const heart = (item) => {
    if (may(item).frozen) return toast(frozen(choices, site.studio));
    const photo = item.dataset.id;
    if (may(item).select) choose(choices, photo, !choices.of(photo).chosen, site);
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.heart, .rate button");
    const item = button && itemOf(button);
    if (!item?.dataset.id) return;
    event.preventDefault();
    const photo = item.dataset.id;
    if (button.classList.contains("heart")) return heart(item);
    const { stars, label } = choices.of(photo);
    if (button.name === "stars") return choices.set(photo, "stars", Number(button.value) === stars ? null : Number(button.value));
    choices.set(photo, "label", nextLabel(label));
  });
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    const item = event.target.matches?.(".frame__pic") ? itemOf(event.target) : undefined;
    if (!item?.dataset.id) return; // a key on the filters, a heart, the bar
    if (event.key === " " && item.querySelector("button.heart")) {
      event.preventDefault();
      return heart(item);
    }
    const said = may(item).rate && pictures && keyed(event.key, choices.of(item.dataset.id));
    if (!said) return;
    event.preventDefault();
    choices.set(item.dataset.id, ...said);
  });
  const draw = (photo) => {
    if (grid) return grid.mark(photo === undefined ? undefined : (pictures.at(photo) ?? -1), true);
    // before the gallery is known: the frames that the server wrote
    for (const item of root.querySelectorAll(".frame")) {
      if (photo === undefined || item.dataset.id === photo) paint(item, Number(item.dataset.number) - 1, choices.of(item.dataset.id), undefined, true);
    }
  };
  choices.listen((photo) => {
    draw(photo);
    if (photo && choices.of(photo).saving) setTimeout(draw, LATE, photo);
  });
  return {
    over(its, all) {
      [grid, pictures] = [its, all];
      grid.mark();
    },
  };
}
