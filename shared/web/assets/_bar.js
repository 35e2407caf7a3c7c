// The selection bar: how many are chosen of how many, what is being saved, and the way to the review.

import { frozen } from "./_choosing.js";
import { settled } from "./_saving.js";

/** What waits longer for an answer, in milliseconds, is said to wait. */
const LATE = 300;
/** More marks than this are a picket fence; the number says it. */
const MARKS = 40;

export class Bar {
  #bar;
  #choices;
  #studio;
  #offline = !navigator.onLine;
  #way;
  #review;
  #done = false;

  /** `chapters` of the gallery and their sections of the page, for their own numbers. */
  constructor(bar, choices, { gallery, studio, chapters, sections, closed }) {
    Object.assign(this, { gallery, chapters, sections, closed });
    this.#bar = bar;
    this.#choices = choices;
    this.#studio = studio;
    for (const event of ["online", "offline"]) {
      addEventListener(event, () => {
        this.#offline = event === "offline";
        this.paint();
      });
    }
    choices.listen(() => this.#soon());
    // what has the focus is not below the bar
    new ResizeObserver(() => document.documentElement.style.setProperty("--selbar", `${bar.offsetHeight}px`)).observe(bar);
    // what was tapped is there before the page that shows it
    this.#way = bar.querySelector("[data-review]");
    this.#review = this.#way?.innerHTML;
    this.#way?.addEventListener("click", (event) => {
      if (!queueing(choices) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { href } = event.currentTarget;
      settled(choices).then(() => location.assign(href));
    });
    this.paint();
  }

  /** Choosing was opened or closed while the page was looked at. */
  open(open) {
    this.closed = !open;
    const note = this.#bar.querySelector(".selbar__note");
    if (open) delete note.dataset.closed;
    else note.dataset.closed ||= "Choosing is closed. What you chose is saved.";
    this.paint();
  }

  #due = false;
  /** Many changes at once are drawn once, and again when one of them may have become late. */
  #soon() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.paint();
    });
    if (queueing(this.#choices)) setTimeout(() => this.paint(), LATE + 10);
  }

  paint() {
    const { rules, confirmed, queue } = this.#choices;
    const tally = this.#choices.tally();
    const selection = rules.mode === "selection";
    const bar = this.#bar;
    bar.hidden = tally.chosen === 0 && queue.waiting.length === 0 && (!selection || this.closed) && !confirmed;
    text(bar.querySelector(".selbar__count"), tally.chosen);
    text(bar.querySelector(".selbar__of"), selection ? range(rules) : "chosen");
    this.#lead(tally.chosen);
    this.#marks(bar.querySelector(".ruler"), rules, tally.chosen);
    const [words, urgent] = this.#note(tally, rules, confirmed);
    const note = bar.querySelector(".selbar__note");
    text(note, words);
    note.classList.toggle("is-urgent", urgent);
    this.#chapterNumbers(tally, rules);
    const cart = document.querySelector(".cart");
    if (cart) {
      cart.hidden = tally.wanted === 0;
      text(cart.querySelector(".cart__n"), tally.wanted);
      cart.setAttribute("aria-label", `Your order, ${tally.wanted}`);
    }
  }

  /** The way on: to the review, and to what was confirmed when that was done on another device or page. */
  #lead(chosen) {
    const { confirmed, snapshot } = this.#choices;
    const [way, done] = [this.#way, Boolean(confirmed && snapshot)];
    if (!way) return;
    way.hidden = Boolean(this.closed) && !done;
    // the next step is to look through what is chosen once something is: its button is the one with the marker then
    way.classList.toggle("btn--go", chosen > 0 && !done);
    if (done === this.#done) return;
    this.#done = done;
    way.href = `${this.gallery}/${done ? `confirmed/${snapshot}` : "review"}`;
    if (done) way.textContent = "See what you confirmed";
    else way.innerHTML = this.#review;
    const note = this.#bar.querySelector(".selbar__note");
    if (done) note.dataset.closed = frozen(this.#choices, this.#studio);
    else if (!this.closed) delete note.dataset.closed;
  }

  #marks(ruler, rules, chosen) {
    const marks = rules.mode === "selection" ? Math.max(chosen, rules.max ?? rules.min ?? 0) : 0;
    ruler.hidden = marks === 0 || marks > MARKS;
    if (ruler.hidden) return ruler.replaceChildren();
    while (ruler.childElementCount > marks) ruler.lastChild.remove();
    while (ruler.childElementCount < marks) ruler.append(document.createElement("i"));
    [...ruler.children].forEach((mark, at) => {
      mark.className = [at < chosen && "on", at + 1 === rules.min && at + 1 < marks && "min", rules.max != null && at + 1 === rules.max && at + 1 < marks && "min"].filter(Boolean).join(" ");
    });
  }

  /** What there is to know now; whether it holds something up. */
  #note(tally, rules, confirmed) {
    const { queue } = this.#choices;
    const waiting = queue.waiting.length;
    if (waiting > 0 && (this.#offline || queue.failing)) {
      const line = this.#offline ? "You are offline." : "The line is down.";
      return [`${line} ${keeping(queue.waiting)} kept on this ${matchMedia("(pointer: coarse)").matches ? "phone" : "device"} and saved when the line is back.`, true];
    }
    if (queue.waiting.some(({ made }) => Date.now() - made >= LATE)) return ["Saving…", false];
    if (confirmed || this.closed) return [this.#bar.querySelector(".selbar__note").dataset.closed ?? "", false];
    if (rules.mode !== "selection") return ["", false];
    return [progress(tally, rules, this.#studio), false];
  }

  /** "3 of 2–5" in the head of a chapter that has numbers of its own. */
  #chapterNumbers(tally, rules) {
    this.chapters?.forEach(({ title }, at) => {
      const limits = rules.mode === "selection" && rules.sections?.[title];
      const head = this.sections[at]?.querySelector(".chapter");
      if (!head) return;
      let words = head.querySelector(".chapter__of");
      if (!limits) return words?.remove();
      if (!words) {
        words = document.createElement("p");
        words.className = "chapter__of";
        head.append(words);
      }
      text(words, `${tally.sections[title] ?? 0} ${range(limits)}`);
    });
  }
}

/** What waits, as a sentence's beginning: hearts that are set are hearts, whatever else was tapped is a change. */
export function keeping(taps) {
  // the last tap on a thing is what will be so
  const last = new Map(taps.map((tap) => [`${tap.photo} ${tap.channel}`, tap]));
  const hearts = [...last.values()].every(({ channel, value }) => channel === "chosen" && value === true);
  const [one, many] = hearts ? ["heart", "hearts"] : ["change", "changes"];
  return last.size === 1 ? `Your ${one} is` : `Your ${last.size} ${many} are`;
}

function queueing(choices) {
  return choices.queue.waiting.length > 0;
}

/** What is still to be done before it can be confirmed: the server's rule, in its words. */
export function progress(tally, rules, studio) {
  const missing = (rules.min ?? 0) - tally.chosen;
  if (missing > 0 && tally.chosen > 0) return `Choose ${missing} more to confirm.`;
  if (missing > 0) return `Choose at least ${rules.min}.`;
  for (const [title, limits] of Object.entries(rules.sections ?? {})) {
    const more = (limits.min ?? 0) - (tally.sections[title] ?? 0);
    if (more > 0) return `Choose ${more} more of ${title} to confirm.`;
  }
  const over = rules.max == null ? 0 : tally.chosen - rules.max;
  if (over > 0 && rules.extra) return `${over} more than ${over === 1 ? "is" : "are"} included. ${studio} will tell you about ${over === 1 ? "it" : "them"}.`;
  if (over > 0) return `Take ${over} out to confirm.`;
  if (tally.chosen === 0) return "Nothing is chosen yet.";
  return "Saved. You can still change everything until you confirm.";
}

/** "of 10–15", "of up to 15", "of at least 10". */
export function range({ min, max }) {
  if (min != null && max != null) return min === max ? `of ${max}` : `of ${min}–${max}`;
  if (max != null) return `of up to ${max}`;
  return min ? `of at least ${min}` : "chosen";
}

function text(element, words) {
  if (element && element.textContent !== String(words)) element.textContent = words;
}
