// What somebody has chosen, as they see it: what the server said, and above it what it has not answered yet.
import { Queue } from "./_queue.js";

const NOTHING = { chosen: false, stars: null, label: null, wanted: [] };

/** Whether a gallery's or a section's number is reached; extra ones are counted, not refused. */
function full(limits, chosen) {
  return limits?.max != null && !limits.extra && chosen >= limits.max;
}

export class Choices {
  /** By photograph: what the server said last, under which revision, and at which of our counts. */
  #saved = new Map();
  #listeners = new Set();
  #count = 0;
  /** Which chapter a photograph stands in; until the gallery is known, nothing is counted here. */
  place;
  rules = { mode: "favourites", sections: {} };
  /** When it was confirmed, in milliseconds, and under which number. */
  confirmed;
  snapshot;
  /** How many comments a photograph has. */
  comments = new Map();

  constructor(world) {
    this.queue = new Queue({
      ...world,
      answered: (tap, answer) => this.#answered(tap, answer),
      refused: (tap, outcome) => {
        this.#say(tap.photo);
        world.refused(tap, outcome);
      },
      changed: (tap) => this.#say(tap.photo),
    });
  }

  /** Calls `run(photo)` whenever something changes; without a photograph: everything may have. */
  listen(run) {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  #say(photo) {
    for (const run of this.#listeners) run(photo);
  }

  /** What the page already shows as chosen. */
  start(photos) {
    for (const photo of photos) this.#saved.set(photo, { ...NOTHING, chosen: true, revision: -1, count: 0 });
  }

  /** What is so of a photograph, as somebody sees it. */
  of(photo) {
    const saved = this.#saved.get(photo) ?? NOTHING;
    const shown = { chosen: saved.chosen, stars: saved.stars, label: saved.label, wanted: [...saved.wanted], saving: 0 };
    for (const tap of this.queue.waiting) {
      if (tap.photo !== photo) continue;
      shown.saving = shown.saving ? Math.min(shown.saving, tap.made) : tap.made;
      if (tap.channel in NOTHING) shown[tap.channel] = tap.value;
      else {
        const product = tap.channel.slice("wanted:".length);
        shown.wanted = shown.wanted.filter((other) => other !== product);
        if (tap.value) shown.wanted.push(product);
      }
    }
    return shown;
  }

  /** A tap: shown at once, sent when it can be. */
  set(photo, channel, value) {
    const tap = this.queue.add(photo, channel, value);
    this.#say(photo);
    return tap;
  }

  /** Every photograph that something is said of. */
  get photos() {
    return new Set([...this.#saved.keys(), ...this.queue.waiting.map((tap) => tap.photo)]);
  }

  /** How many are chosen, in all and by chapter, of those that exist here. */
  tally() {
    const tally = { chosen: 0, sections: {}, wanted: 0 };
    for (const photo of this.photos) {
      const section = this.place?.(photo);
      if (section === undefined) continue;
      const { chosen, wanted } = this.of(photo);
      tally.wanted += wanted.length;
      if (!chosen) continue;
      tally.chosen += 1;
      tally.sections[section] = (tally.sections[section] ?? 0) + 1;
    }
    return tally;
  }

  /** Which number is reached, so that one more of this photograph's chapter would be too many: the server's rule (S37). */
  reached(photo) {
    if (this.rules.mode !== "selection" || !this.place) return undefined;
    const tally = this.tally();
    if (full(this.rules, tally.chosen)) return { max: this.rules.max };
    const section = this.place(photo);
    const limits = this.rules.sections?.[section];
    return full(limits, tally.sections[section] ?? 0) ? { max: limits.max, section } : undefined;
  }

  /** When a look at the server begins: hand the result to [`merge`]. */
  mark() {
    return this.#count;
  }

  /** All that the server has, as it was when it was asked at `mark`; what was answered since is newer. */
  merge(all, mark) {
    this.queue.learn(all.now);
    this.rules = all.rules;
    this.confirmed = all.confirmed ?? undefined;
    this.snapshot = all.snapshot ?? undefined;
    if (all.comments) this.comments = new Map(Object.entries(all.comments));
    const chosen = new Set(all.chosen);
    const said = [all.stars, all.labels, all.wanted].flatMap(Object.keys);
    for (const photo of new Set([...chosen, ...said, ...this.#saved.keys()])) {
      const known = this.#saved.get(photo);
      if (known && (known.count > mark || known.revision > all.revision)) continue;
      this.#saved.set(photo, {
        chosen: chosen.has(photo),
        stars: all.stars[photo] ?? null,
        label: all.labels[photo] ?? null,
        wanted: all.wanted[photo] ?? [],
        revision: all.revision,
        count: known?.count ?? 0,
      });
    }
    this.#say();
  }

  setComments(photo, count) {
    this.comments.set(photo, count);
    this.#say(photo);
  }

  /** The answer to a tap says how the photograph stands now, whoever else tapped. */
  #answered(tap, { chosen, stars, label, wanted, revision, now }) {
    if (now) this.queue.learn(now);
    this.#count += 1;
    const known = this.#saved.get(tap.photo);
    if (known && known.revision > revision) known.count = this.#count;
    else {
      const count = this.#count;
      const stands = { chosen, stars: stars ?? null, label: label ?? null, wanted: wanted ?? known?.wanted ?? [] };
      this.#saved.set(tap.photo, { ...stands, revision, count });
    }
    this.#say(tap.photo);
  }
}
