// What is known of every photograph: the shape of them all at once, the addresses of their pictures in batches.

/** Frames in one batch. */
const BATCH = 48;
/** Addresses are good for three minutes at least; after this long they are asked for again. */
const FRESH = 2.5 * 60 * 1000;

export class Pictures {
  #gallery;
  #shape;
  #batches = new Map();
  #numbers;

  constructor(gallery, shape) {
    this.#gallery = gallery;
    this.#shape = shape;
    this.total = shape.ratios.length;
    this.#numbers = new Map(Array.from({ length: this.total }, (_, at) => [this.id(at), at]));
    this.ratios = shape.ratios.map((thousandths) => thousandths / 1000);
    let first = 0;
    this.chapters = shape.chapters.map(([title, count]) => {
      const chapter = { title, first, count };
      first += count;
      return chapter;
    });
  }

  /** Asks for the shape of the gallery behind this address. */
  static async of(gallery) {
    return new Pictures(gallery, await ask(`${gallery}/frames`));
  }

  /** Asks again what may be done, when the server refused something that the page offers. */
  async renew() {
    const shape = await ask(`${this.#gallery}/frames`);
    if (shape.ids !== this.#shape.ids) return this.onchange?.();
    this.#shape = shape;
  }

  name(at) {
    return this.#shape.names[at];
  }

  /** The 32 hex digits that name a photograph. */
  id(at) {
    return this.#shape.ids.slice(at * 32, at * 32 + 32);
  }

  /** Where the photograph of an id stands, if it does here. */
  at(id) {
    return this.#numbers.get(id);
  }

  /** What this visitor may do with a photograph. `frozen`: it could be chosen if the choice were not confirmed. */
  may(at) {
    const bits = Number.parseInt(this.#shape.may[at] ?? "0", 32);
    const [select, rate, comment, order, frozen] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) > 0);
    return { select, rate, comment, order, frozen };
  }

  /** What had been chosen when the shape was asked for. */
  get choices() {
    return this.#shape.choices;
  }

  /** Comments may be drawn into photographs. */
  get drawing() {
    return Boolean(this.#shape.drawing);
  }

  colour(at) {
    return `#${this.#shape.colours.slice(at * 6, at * 6 + 6)}`;
  }

  /** How a photograph can be had, in words and in the studio's order: at an address below the gallery's downloads, or by order. */
  offers(at) {
    const id = this.id(at);
    return this.#shape.offers[this.#shape.offer[at]].map(([way, order]) => {
      const { name, product, path } = this.#shape.products[way];
      return { name, product, order, path: order ? undefined : path.replace("{photo}", id) };
    });
  }

  /** What the studio says of a photograph, as word and shape; nothing where it says nothing. */
  state(at) {
    return { p: { word: "Proof", shape: "proof" }, f: { word: "Final", shape: "final" } }[this.#shape.states[at]];
  }

  chapter(at) {
    return this.chapters.findLast((chapter) => chapter.first <= at)?.title ?? "";
  }

  /** The addresses of one photograph, if they are here and good. */
  known(at) {
    const batch = this.#batches.get(Math.floor(at / BATCH));
    return batch && batch.until > performance.now() ? batch.frames?.[at % BATCH] : undefined;
  }

  /** The addresses of one photograph, fetched with its neighbours'. */
  async load(at) {
    const key = Math.floor(at / BATCH);
    let batch = this.#batches.get(key);
    if (!batch || batch.until <= performance.now()) {
      batch = { until: performance.now() + FRESH };
      batch.coming = this.#fetch(key).then((frames) => (batch.frames = frames));
      batch.coming.catch(() => this.#batches.delete(key));
      this.#batches.set(key, batch);
    }
    return (await batch.coming)[at % BATCH];
  }

  /** Forgets the addresses of one photograph: they did not work. */
  forget(at) {
    this.#batches.delete(Math.floor(at / BATCH));
  }

  async #fetch(key) {
    const batch = await ask(`${this.#gallery}/frames?from=${key * BATCH + 1}&count=${BATCH}`);
    if (batch.revision !== this.#shape.revision) this.onchange?.();
    return batch.frames.map((frame) => ({ ...frame, sources: sources(frame, batch) }));
  }
}

/** A batch says the common part of its addresses once. */
function sources(frame, { base, query }) {
  return frame.sources.map(([file, width, height, rest]) => {
    const short = !rest.includes(":");
    const url = short ? `${base}${frame.id}/${frame.tag}-${file}.jpg?${query}&X-Amz-Signature=${rest}` : rest;
    return { width, height, url };
  });
}

async function ask(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  // the visit has ended, or the gallery is closed: the page itself says which
  if ([401, 403, 404, 410].includes(answer.status)) location.reload();
  if (!answer.ok) throw new Error(`the gallery answered ${answer.status}`);
  return answer.json();
}
