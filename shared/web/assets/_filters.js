// Filters over the whole gallery (S18): what is chosen, commented on, rated, in which chapter and state, together.

export const NO_FILTER = { chosen: "", commented: false, stars: 0, label: "", section: "", stage: "" };

/** Whether a photograph with these facts is left by the filter. */
export function fits(filter, { chosen, stars, label, comments, section, stage }) {
  if (filter.chosen && chosen !== (filter.chosen === "1")) return false;
  if (filter.commented && !comments) return false;
  if (filter.stars && (stars ?? 0) < filter.stars) return false;
  if (filter.label && label !== filter.label) return false;
  if (filter.section && section !== filter.section) return false;
  return !filter.stage || stage === filter.stage;
}

/** The filter that a query names, as the server reads it. */
export function ofQuery(query) {
  return {
    chosen: ["0", "1"].includes(query.get("chosen")) ? query.get("chosen") : "",
    commented: query.get("commented") === "1",
    stars: Number(query.get("stars")) || 0,
    label: query.get("label") ?? "",
    section: query.get("section") ?? "",
    stage: query.get("stage") ?? "",
  };
}

/** The query of a filter; empty: everything is shown. */
export function query(filter) {
  const said = { ...filter, commented: filter.commented ? "1" : "", stars: filter.stars || "" };
  return new URLSearchParams(Object.entries(said).filter(([, value]) => value !== "")).toString();
}

export class Filters {
  #form;
  #pictures;
  #choices;
  #grid;
  filter = NO_FILTER;

  /** Without the form, where the gallery offers none, what is chosen can be shown alone all the same. */
  constructor(root, pictures, choices, grid) {
    this.#form = root.querySelector(".filters form");
    this.#pictures = pictures;
    this.#choices = choices;
    this.#grid = grid;
    this.bar = root.querySelector(".filtered");
    if (this.#form) this.#follow(this.#form.parentElement);
    root.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-show-all]")) return;
      event.preventDefault();
      this.set(NO_FILTER);
    });
    const asked = ofQuery(new URLSearchParams(location.search));
    const taken = this.#form ? asked : { ...NO_FILTER, chosen: asked.chosen };
    if (query(taken)) this.set(taken);
  }

  /** The form in its box, which opens and closes. */
  #follow(box) {
    this.#form.addEventListener("change", () => this.set(this.#read()));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      box.open = false;
    });
    box.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !box.open) return;
      box.open = false;
      box.querySelector("summary").focus();
    });
    box.addEventListener("toggle", () => this.#count());
    this.#choices?.listen(() => this.#count());
  }

  #facts(at) {
    const id = this.#pictures.id(at);
    const said = this.#choices?.of(id) ?? {};
    const stage = this.#pictures.state(at)?.shape ?? "none";
    return { ...said, comments: this.#choices?.comments.get(id), section: this.#pictures.chapter(at), stage };
  }

  #read() {
    const data = new FormData(this.#form);
    return ofQuery(new URLSearchParams(data));
  }

  /** Shows what the filter leaves. It stays so until the next one: nothing vanishes under a finger. */
  set(filter) {
    this.filter = filter;
    for (const [name, value] of Object.entries({ ...filter, commented: filter.commented ? "1" : "", stars: filter.stars || "" })) {
      for (const field of this.#form?.querySelectorAll(`[name="${name}"]`) ?? []) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === String(value);
        else field.value = value;
      }
    }
    const all = Array.from({ length: this.#pictures.total }, (_, at) => at);
    const shown = query(filter) ? all.filter((at) => fits(filter, this.#facts(at))) : all;
    this.#grid.show(shown);
    const on = shown.length < all.length || query(filter) !== "";
    this.bar.hidden = !on;
    this.bar.querySelector(".filtered__n").textContent = `${shown.length} of ${all.length}`;
    this.bar.querySelector(".filtered__none").hidden = shown.length > 0;
    this.address = `${location.pathname}${query(filter) && `?${query(filter)}`}`;
    if (history.state?.photograph === undefined) history.replaceState(history.state, "", this.address);
  }

  /** How many each choice of the form would leave by itself. */
  #due = false;
  #count() {
    if (this.#due || !this.#form.parentElement.open) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      const facts = Array.from({ length: this.#pictures.total }, (_, at) => this.#facts(at));
      for (const element of this.#form.querySelectorAll("[data-count]")) {
        const filter = { ...NO_FILTER, ...ofQuery(new URLSearchParams(element.dataset.count)) };
        element.textContent = facts.filter((fact) => fits(filter, fact)).length;
      }
    });
  }
}
