// The thread of one photograph: what was said, with which version, and the form to say something, in the lightbox and on
// the photograph's own page. What others wrote only ever becomes text.
import { Layer, Pen, described, format, parse } from "./_draw.js";
import { newName, outbox, post } from "./_said.js";

/** What was begun and not sent, by photograph, as long as the page is open. */
const drafts = new Map();
const NAME = "said as";
/** A thread that could not be read is read again after so many milliseconds. */
const AGAIN = 4000;

/** Joins the lightbox: a button with the count, the thread in its panel, drawings over the picture. */
export function join(room) {
  const { site, choices } = room;
  const under = room.element.querySelector(".pswp__scroll-wrap");
  const layer = new Layer(room.element, () => pictureIn(room), under?.nextSibling);
  const thread = new Thread(room.panel, layer, site, {
    oncount: (photo, count) => choices?.setComments?.(photo, count),
    onclose: () => toggle(false),
    ondraw: (on) => {
      // drawn on the whole picture, not on a part of it
      const slide = room.box.currSlide;
      if (on && slide) slide.zoomTo(slide.zoomLevels.initial);
      room.open(true);
    },
  });
  const button = room.action({ name: "talk", icon: "comment", words: "Comments", key: "c", run: () => toggle(!thread.open) });
  button.setAttribute("aria-expanded", "false");
  const toggle = (on) => {
    button.setAttribute("aria-expanded", on);
    if (on) thread.show(address(), room.photo());
    else thread.hide();
    room.open(on);
    if (on) thread.focus();
    else button.focus({ preventScroll: true });
  };
  const address = () => `${site.gallery}/photo/${room.photo().id}/comments`;
  const label = (count) => {
    button.querySelector(".act__words").textContent = count ? `${count} ${count === 1 ? "comment" : "comments"}` : "Comment";
  };
  thread.onwords = label;
  room.onphoto(() => {
    const photo = room.photo();
    button.hidden = !photo?.id || !photo.may?.comment;
    label(photo?.comments ?? 0);
    // the same one: only its count is another, which may be our own doing
    if (!thread.open || thread.photo === photo?.id) return;
    if (button.hidden) toggle(false);
    else thread.show(address(), photo);
  });
  room.panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && thread.open) {
      event.preventDefault();
      if (!thread.stopDrawing()) toggle(false);
    } else if (event.key === "Tab") return;
    // what is typed here turns no photograph over and chooses none
    event.stopPropagation();
  });
  // PhotoSwipe zooms by the wheel, wherever it turns
  room.panel.parentElement.addEventListener("wheel", (event) => event.stopPropagation());
  layer.element.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    event.stopPropagation();
    if (event.key === "Escape" && thread.stopDrawing()) event.preventDefault();
  });
  room.onclose(() => {
    thread.hide();
    layer.remove();
  });
}

/** Where the picture is in the lightbox now; nothing while it is not there. */
function pictureIn(room) {
  const img = room.overlay()?.img;
  if (!img?.isConnected) return undefined;
  const [picture, home] = [img.getBoundingClientRect(), room.element.getBoundingClientRect()];
  if (!picture.width) return undefined;
  return { left: picture.left - home.left, top: picture.top - home.top, width: picture.width, height: picture.height };
}

/** Takes over the thread the server wrote into the photograph's page, if there is one. */
export function takeOver() {
  const root = document.querySelector("[data-thread]");
  const stage = document.querySelector("[data-stage], .lb__stage");
  if (!root || !stage) return;
  const { thread: address, photo: id, name, gallery, icons, query } = root.dataset;
  const icon = (drawing) => `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="${icons}#${drawing}"/></svg>`;
  stage.querySelector(".sketch")?.remove();
  const layer = new Layer(stage, null);
  layer.element.classList.add("sketch--fit");
  const picture = stage.querySelector("img");
  layer.element.style.setProperty("--r", picture.width ? picture.getAttribute("width") / picture.getAttribute("height") : 1);
  const thread = new Thread(root, layer, { icon, gallery }, {});
  thread.show(address, { id, name }, query);
  addEventListener("keydown", (event) => event.key === "Escape" && thread.stopDrawing() && event.preventDefault(), true);
  root.addEventListener("keydown", (event) => event.key !== "Tab" && event.stopPropagation());
}

/** A thread drawn into `root`. */
class Thread {
  #root;
  #layer;
  #site;
  #on;
  #outbox;
  #photo;
  #address;
  #said; // as the server answered last
  #version; // the one whoever writes here sees
  #shown; // the comment whose drawing is laid over the picture
  #pen;
  #listener = (photo, thread) => this.#heard(photo, thread);
  open = false;
  /** Hears how many comments there are. */
  onwords;

  constructor(root, layer, site, on) {
    this.#root = root;
    this.#layer = layer;
    this.#site = site;
    this.#on = on;
    this.#outbox = outbox(site.gallery);
    this.#outbox.listeners.add(this.#listener);
  }

  /** Shows the thread of a photograph, read anew. */
  async show(address, photo, query = "") {
    if (photo.id !== this.#photo?.id) {
      this.#keepDraft();
      this.#photo = photo;
      this.#said = this.#version = undefined;
      this.#frame();
    }
    this.open = true;
    this.#address = address;
    const answer = await read(address + query);
    if (this.#photo?.id !== photo.id || !this.open) return;
    if (answer.ok) return this.#take(answer.said);
    this.#say(answer.said.message, true);
    if (answer.again) setTimeout(() => this.open && !this.#said && this.#photo?.id === photo.id && this.show(address, photo, query), answer.again);
  }

  /** Whose thread it is. */
  get photo() {
    return this.#photo?.id;
  }

  hide() {
    this.#keepDraft();
    this.#endPen();
    this.#lay();
    this.open = false;
    this.#photo = undefined;
    this.#root.replaceChildren();
  }

  focus() {
    this.#root.querySelector("h2")?.focus({ preventScroll: true });
  }

  #heard(photo, thread) {
    if (!this.open) {
      if (thread) this.#on.oncount?.(photo, thread.comments.length);
    } else if (thread && photo === this.#photo?.id) {
      this.#take(thread);
      this.#say("Sent.");
    } else this.#list();
  }

  #take(said) {
    this.#said = said;
    this.#version ??= said.version;
    this.#on.oncount?.(this.#photo.id, said.comments.length);
    this.onwords?.(said.comments.length);
    this.#list();
    this.#form();
  }

  /** Head, list and form: made once a photograph, so that what is being written stays. */
  #frame() {
    this.#endPen();
    this.#lay();
    const close = this.#on.onclose && this.#button("icon-btn", "", () => this.#on.onclose(), "close");
    close?.setAttribute("aria-label", "Close comments");
    const section = make("section", "thread");
    section.setAttribute("aria-label", "Comments");
    const heading = make("h2", "", "Comments");
    heading.tabIndex = -1;
    // where the page has the heading already, it needs none of its own
    if (this.#root.dataset.bare === undefined) section.append(make("div", "thread__head", heading, close));
    section.append(make("ol", "thread__list"), make("div", "thread__write"), status());
    this.#root.replaceChildren(section);
  }

  #list() {
    const list = this.#root.querySelector(".thread__list");
    if (!list) return;
    const said = this.#said?.comments ?? [];
    const waiting = this.#outbox.of(this.#photo.id).filter((one) => !said.some(({ id }) => id === one.id));
    let number = 0;
    const items = [
      ...said.map((one) => this.#message(one, one.drawing ? ++number : 0)),
      ...waiting.map((one) => this.#waiting(one)),
    ];
    if (this.#said && !items.length) items.push(make("li", "thread__none", "Nobody has said anything about this photograph yet."));
    if (!this.#said) items.push(make("li", "thread__none", "Reading what was said…"));
    list.replaceChildren(...items);
  }

  #message(one, number) {
    const item = make("li", "msg");
    item.id = `c-${one.id}`;
    const time = make("time", "edge", one.at);
    time.dateTime = one.iso;
    const who = make("b", "", one.name);
    who.dir = "auto";
    item.append(make("p", "msg__head", who, one.studio ? make("span", "edge", "Studio") : null, time));
    if (one.from) item.append(make("p", "small muted", one.from));
    if (one.text) item.append(words(one.text));
    if (one.removed) {
      item.classList.add("msg--removed");
      item.append(make("p", "small muted", `Taken back ${one.removed}: clients do not see it.`));
    }
    if (one.version) item.append(make("p", "edge msg__version", `said of version ${one.version}`, ...look(one)));
    const acts = make("p", "msg__acts");
    if (number) acts.append(this.#marks(one, number));
    if (one.mine) {
      const remove = this.#button("btn btn--quiet btn--s", "Remove", () => this.#remove(one, remove));
      acts.append(remove);
    }
    if (acts.childElementCount) item.append(acts);
    return item;
  }

  /** The number that ties comment and drawing; pressed, the drawing lies over the picture. */
  #marks(one, number) {
    const toggle = this.#button("msg__sketch", "", () => {
      const on = this.#shown !== one.id;
      this.#endPen();
      this.#lay(on ? one : undefined, number);
      this.#say(on ? `Shown on the photograph: ${one.drawn}.` : "");
    });
    toggle.setAttribute("aria-pressed", this.#shown === one.id);
    toggle.dataset.id = one.id;
    toggle.append(make("span", "sketch__pin", String(number)), make("span", "", one.drawn));
    return toggle;
  }

  /** Lays one comment's drawing over the picture, or takes it away. */
  #lay(one, number) {
    this.#shown = one?.id;
    this.#layer.show(one ? [{ shapes: parse(one.drawing), number }] : []);
    for (const toggle of this.#root.querySelectorAll(".msg__sketch")) {
      toggle.setAttribute("aria-pressed", toggle.dataset.id === this.#shown);
    }
  }

  #waiting(one) {
    const item = make("li", "msg msg--waiting");
    const state = one.refused ? "not sent" : one.wait ? "waiting" : navigator.onLine ? "sending…" : "kept until you are online";
    item.append(make("p", "msg__head", make("b", "", "You"), make("span", "edge", state)));
    if (one.text) item.append(words(one.text));
    if (one.drawing) item.append(make("p", "small muted", `With a drawing: ${parse(one.drawing).map(described).join(", ")}.`));
    if (one.wait && !one.refused) item.append(make("p", "small muted", one.wait));
    if (one.refused) {
      item.append(
        make("p", "err", one.refused),
        make(
          "p",
          "msg__acts",
          this.#button("btn btn--quiet btn--s", "Send again", () => this.#outbox.again(one.id)),
          this.#button("btn btn--quiet btn--s", "Discard", () => this.#outbox.discard(one.id)),
        ),
      );
    }
    return item;
  }

  async #remove(one, button) {
    button.disabled = true;
    const photo = this.#photo;
    const answer = await post(`${this.#address}/${one.id}/remove`, { who: this.#said.who ?? "" });
    if (!this.open || this.#photo !== photo) return; // another photograph's thread is shown by now
    button.disabled = false;
    if (answer?.ok) {
      if (this.#shown === one.id) this.#lay();
      this.#take(answer.said);
      this.#say("Removed.");
      this.focus();
    } else this.#say(answer?.said.message ?? "It could not be removed. Try again.", true);
  }

  /** The form, or why there is none. What is being written stays as it is. */
  #form() {
    const home = this.#root.querySelector(".thread__write");
    if (!this.#said.write) {
      home.replaceChildren(make("p", "hint", this.#said.why));
      return;
    }
    const reads = home.querySelector(".thread__reads");
    if (reads) {
      reads.textContent = this.#said.reads;
      return;
    }
    const draft = drafts.get(this.#photo.id);
    const form = make("form", "field");
    const text = make("textarea", "input");
    Object.assign(text, { id: "comment", rows: 2, maxLength: 2000, placeholder: "Write about this photograph", value: draft?.text ?? "", dir: "auto" });
    const label = make("label", "vh", "Write a comment about this photograph");
    label.htmlFor = "comment";
    form.append(label, text);
    if (this.#said.drawing) form.append(this.#tools());
    if (this.#said.name) form.append(nameField());
    const send = make("button", "btn btn--ink push", "Send");
    form.append(make("div", "row", make("span", "hint thread__reads", this.#said.reads), send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    home.replaceChildren(form);
    this.#drawn(draft?.shapes ?? []);
  }

  #send(form) {
    const text = form.querySelector("textarea");
    const shapes = this.#shapes();
    if (!text.value.trim() && !shapes.length) {
      this.#say("Write something, or draw on the photograph.", true);
      text.focus();
      return;
    }
    const name = form.querySelector("[name=name]")?.value.trim() ?? "";
    remember(name);
    const { who } = this.#said;
    const one = { id: newName(), photo: this.#photo.id, address: this.#address, text: text.value, drawing: format(shapes), name, who: who ?? "", version: this.#version };
    text.value = "";
    this.#endPen();
    this.#drawn([]);
    drafts.delete(this.#photo.id);
    this.#outbox.add(one);
    this.#say("Sending…");
    this.#root.querySelector(".thread__list").lastElementChild?.scrollIntoView({ block: "nearest" });
    text.focus({ preventScroll: true });
  }

  // ---- drawing

  #kept = [];

  #shapes() {
    return this.#pen?.shapes ?? this.#kept;
  }

  #tools() {
    const tools = make("div", "thread__draw");
    const start = this.#button("btn btn--s thread__pen", "", () => (this.#pen ? this.#endPen() : this.#startPen()), "pen");
    start.append(make("span", "", "Draw on the photograph"));
    const kinds = make("fieldset", "thread__kinds", make("legend", "vh", "Draw a"));
    for (const [kind, word] of [["s", "Line"], ["b", "Box"], ["p", "Point"]]) {
      const choice = make("input");
      Object.assign(choice, { type: "radio", name: "mark", value: kind, checked: kind === "s" });
      choice.addEventListener("change", () => this.#pen && (this.#pen.tool = kind));
      kinds.append(make("label", "", choice, make("span", "", word)));
    }
    const undo = this.#button("btn btn--s", "", () => this.#pen.undo(), "undo");
    undo.append(make("span", "", "Undo"));
    const clear = this.#button("btn btn--s btn--quiet", "Clear", () => this.#pen.clear());
    const keys = make("p", "hint thread__keys", "With the keyboard: arrow keys move a box on the photograph, Shift with an arrow sizes it, Enter places it, Escape ends drawing.");
    const box = this.#button("btn btn--s btn--quiet thread__bykeys", "Place a box with the keyboard", () => this.#byKeys());
    tools.append(make("div", "row", start), make("div", "row thread__marking", kinds, undo, clear, box, keys), make("p", "small muted thread__drawn"));
    tools.querySelector(".thread__marking").hidden = true;
    return tools;
  }

  #startPen() {
    this.#lay();
    this.#pen = new Pen(this.#layer, {
      shapes: this.#kept,
      onchange: (shapes) => this.#drawn(shapes),
      say: (words, problem) => this.#say(words, problem),
      label: `Drawing on ${this.#photo.name}. Arrow keys place a box, Escape ends drawing.`,
    });
    this.#pen.tool = this.#root.querySelector("[name=mark]:checked")?.value ?? "s";
    this.#marking(true);
  }

  #byKeys() {
    const [line, box] = this.#root.querySelectorAll("[name=mark]");
    if (line.checked) {
      box.checked = true;
      this.#pen.tool = "b";
    }
    this.#layer.element.focus();
    this.#say("Arrow keys move a box, Shift with an arrow sizes it, Enter places it.");
  }

  /** Ends drawing, if somebody draws; what is drawn stays with the form. */
  stopDrawing() {
    if (!this.#pen) return false;
    this.#endPen();
    this.#root.querySelector(".thread__pen")?.focus({ preventScroll: true });
    return true;
  }

  #endPen() {
    const pen = this.#pen;
    if (!pen) return;
    this.#pen = undefined;
    this.#kept = pen.shapes;
    pen.end();
    this.#marking(false);
    this.#layer.show([{ shapes: this.#kept }]);
  }

  #marking(on) {
    this.#root.classList.toggle("is-marking", on);
    const tools = this.#root.querySelector(".thread__marking");
    if (!tools) return;
    tools.hidden = !on;
    const pen = this.#root.querySelector(".thread__pen");
    pen.setAttribute("aria-pressed", on);
    pen.querySelector("span").textContent = on ? "Done drawing" : "Draw on the photograph";
    this.#on.ondraw?.(on);
  }

  #drawn(shapes) {
    this.#kept = shapes;
    const line = this.#root.querySelector(".thread__drawn");
    if (line) line.textContent = shapes.length ? `Drawn: ${shapes.slice(0, 4).map(described).join(", ")}${shapes.length > 4 ? " and more" : ""}.` : "";
    if (!this.#pen && !this.#shown) this.#layer.show([{ shapes }]);
  }

  #keepDraft() {
    if (!this.#photo) return;
    const text = this.#root.querySelector("textarea")?.value ?? "";
    const shapes = this.#shapes();
    if (text.trim() || shapes.length) drafts.set(this.#photo.id, { text, shapes });
    else drafts.delete(this.#photo.id);
    this.#kept = [];
  }

  #say(words, problem = false) {
    const line = this.#root.querySelector(".thread__status");
    if (!line) return;
    line.textContent = words ?? "";
    line.classList.toggle("err", problem);
    line.classList.toggle("vh", !problem);
  }

  #button(className, words, run, icon) {
    const button = make("button", className);
    button.type = "button";
    if (icon) button.innerHTML = this.#site.icon(icon);
    if (words) button.append(words);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      run();
    });
    return button;
  }
}

async function read(address) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    return { ok: answer.ok, again: answer.status >= 500 ? AGAIN : 0, said: await answer.json() };
  } catch {
    return { ok: false, again: AGAIN, said: { message: "You are offline. What you write is kept and sent later." } };
  }
}

function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function words(text) {
  const line = make("p", "msg__text", text);
  line.dir = "auto";
  return line;
}

/** Only the studio looks at earlier versions. */
function look({ look: address }) {
  if (!address) return [];
  const link = make("a", "", "look at it");
  link.href = address;
  return [" · ", link];
}

function status() {
  const line = make("p", "thread__status vh");
  line.setAttribute("role", "status");
  return line;
}

/** Where nobody is signed in: what others read above the words, typed once. */
function nameField() {
  const field = make("input", "input");
  Object.assign(field, { name: "name", id: "comment-name", maxLength: 60, autocomplete: "name", placeholder: "Your name", value: remembered() });
  const label = make("label", "vh", "Your name, if you like");
  label.htmlFor = "comment-name";
  return make("div", "", label, field);
}

function remembered() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function remember(name) {
  try {
    if (name) localStorage.setItem(NAME, name);
  } catch {
    // it is typed again
  }
}
