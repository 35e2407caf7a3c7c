// Marks on a photograph: points, boxes and lines in ten-thousandths of the picture, so that they scale with it. Shown when
// their comment is open, drawn with finger, pen, mouse or arrow keys.

const FAR = 10000;
/** As the server has them: more is not taken. */
const MOST_SHAPES = 50;
const MOST_POINTS = 2000;
/** An arrow key moves by so much; with Ctrl or Cmd by a tenth of it. */
const STEP = 200;
/** What is smaller than this when the finger leaves was a touch, not a mark. */
const SMALL = 60;
const NS = "http://www.w3.org/2000/svg";

/** Shapes of the text a drawing is kept as: `p x y`, `b x y w h`, `s x y x y …`, parted by `;`. */
export function parse(text) {
  return (text || "")
    .split(";")
    .filter(Boolean)
    .map((shape) => {
      const [kind, ...numbers] = shape.split(" ");
      return { kind, numbers: numbers.map((number) => Math.min(FAR, Math.max(0, Math.trunc(Number(number)) || 0))) };
    });
}

/** The text of shapes. */
export function format(shapes) {
  return shapes.map(({ kind, numbers }) => [kind, ...numbers].join(" ")).join(";");
}

/** "a box at the upper left": where a shape is, for whoever does not see it. */
export function described({ kind, numbers }) {
  const [x, y, w, h] = numbers;
  let [left, top] = [x, y];
  if (kind === "b") [left, top] = [x + w / 2, y + h / 2];
  if (kind === "s") [left, top] = [0, 1].map((axis) => middle(numbers.filter((_, at) => at % 2 === axis)));
  const third = (at) => Math.min(2, Math.floor((at * 3) / (FAR + 1)));
  const place = [
    ["at the upper left", "at the top", "at the upper right"],
    ["at the left", "in the middle", "at the right"],
    ["at the lower left", "at the bottom", "at the lower right"],
  ][third(top)][third(left)];
  return `${{ p: "a point", b: "a box", s: "a line" }[kind]} ${place}`;
}

function middle(numbers) {
  return (Math.min(...numbers) + Math.max(...numbers)) / 2;
}

function path({ kind, numbers }) {
  const [x, y, w, h] = numbers;
  if (kind === "p") return `M${x} ${y}h0`;
  if (kind === "b") return `M${x} ${y}h${w}v${h}h${-w}z`;
  const points = [];
  for (let at = 0; at < numbers.length; at += 2) points.push(`${numbers[at]} ${numbers[at + 1]}`);
  return `M${points.join("L")}${points.length === 1 ? "h0" : ""}`;
}

/** The sheet over one picture. `rect()` says where the picture is in `host` now; none: the style sheet places it. */
export class Layer {
  #rect;
  #svg;
  #pins;
  #frame = 0;
  #at = "";

  constructor(host, rect, before = null) {
    this.#rect = rect;
    this.element = document.createElement("div");
    this.element.className = "sketch";
    this.element.hidden = true;
    this.sheet = document.createElement("div");
    this.sheet.className = "sketch__sheet";
    this.#svg = document.createElementNS(NS, "svg");
    this.#svg.setAttribute("viewBox", `0 0 ${FAR} ${FAR}`);
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#pins = document.createElement("div");
    this.sheet.append(this.#svg, this.#pins);
    this.element.append(this.sheet);
    host.insertBefore(this.element, before);
  }

  /** Lays marks over the picture: `[{ shapes, number }]`; a number stands at its first mark. Nothing: takes them away. */
  show(drawings) {
    const shapes = drawings.flatMap((drawing) => drawing.shapes);
    this.#svg.replaceChildren(
      ...shapes.flatMap((shape) =>
        // twice: the wide light one keeps the other readable on any picture
        [0, 1].map(() => {
          const line = document.createElementNS(NS, "path");
          line.setAttribute("d", path(shape));
          if (shape.kind === "p") line.setAttribute("class", "sketch__point");
          return line;
        }),
      ),
    );
    this.#pins.replaceChildren(
      ...drawings
        .filter(({ shapes, number }) => number && shapes.length)
        .map(({ shapes, number }) => {
          const pin = document.createElement("span");
          pin.className = "sketch__pin";
          pin.textContent = number;
          pin.style.left = `${shapes[0].numbers[0] / 100}%`;
          pin.style.top = `${shapes[0].numbers[1] / 100}%`;
          return pin;
        }),
    );
    this.visible(shapes.length > 0);
  }

  visible(on) {
    this.element.hidden = !on;
    cancelAnimationFrame(this.#frame);
    this.#at = "";
    if (on && this.#rect) this.#follow();
  }

  /** Stays on the picture while it is swiped, zoomed or laid out again: asked in every frame, as long as it is in sight. */
  #follow() {
    this.#frame = requestAnimationFrame(() => this.#follow());
    const rect = this.#rect();
    const at = rect ? [rect.left, rect.top, rect.width, rect.height].map((n) => n.toFixed(1)).join(" ") : "";
    if (at === this.#at) return;
    this.#at = at;
    this.sheet.hidden = !rect;
    if (rect) Object.assign(this.sheet.style, { left: `${rect.left}px`, top: `${rect.top}px`, width: `${rect.width}px`, height: `${rect.height}px` });
  }

  remove() {
    this.visible(false);
    this.element.remove();
  }
}

/** Draws on a layer. `onchange` hears of every mark, `say` tells it to whoever does not see. */
export class Pen {
  #layer;
  #onchange;
  #say;
  #open; // the mark that is being made
  #pointer;
  #unbind = new AbortController();
  tool = "s";
  shapes = [];

  constructor(layer, { shapes = [], onchange, say, label }) {
    this.#layer = layer;
    this.#onchange = onchange;
    this.#say = say;
    this.shapes = shapes;
    const { element } = layer;
    element.classList.add("is-drawing");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", label);
    const on = (name, run) => element.addEventListener(name, run, { signal: this.#unbind.signal, passive: false });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("keydown", (event) => this.#key(event));
    // the lightbox below neither zooms nor turns over meanwhile, and the page does not scroll
    for (const name of ["wheel", "touchmove", "contextmenu"]) {
      on(name, (event) => {
        event.preventDefault();
        event.stopPropagation();
      });
    }
    this.#paint();
  }

  undo() {
    this.#open = undefined;
    const gone = this.shapes.at(-1);
    this.shapes = this.shapes.slice(0, -1);
    this.#paint(true);
    if (gone) this.#say(`Removed ${described(gone)}.`);
  }

  clear() {
    this.#open = undefined;
    this.shapes = [];
    this.#paint(true);
    this.#say("The drawing is empty.");
  }

  /** Stops drawing; what is drawn stays. */
  end() {
    this.#unbind.abort();
    const { element } = this.#layer;
    element.classList.remove("is-drawing");
    for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
    this.#open = undefined;
    this.#paint();
  }

  #paint(changed) {
    const shapes = this.#open ? [...this.shapes, this.#open] : this.shapes;
    this.#layer.show([{ shapes }]);
    // an empty sheet is drawn on all the same
    if (!this.#unbind.signal.aborted) this.#layer.visible(true);
    if (changed) this.#onchange(this.shapes);
  }

  #place(event) {
    const rect = this.#layer.sheet.getBoundingClientRect();
    const to = (at, from, size) => Math.round(Math.min(1, Math.max(0, (at - from) / size)) * FAR);
    return [to(event.clientX, rect.left, rect.width), to(event.clientY, rect.top, rect.height)];
  }

  #down(event) {
    if (event.button !== 0 || this.#pointer !== undefined || this.#full()) return;
    const rect = this.#layer.sheet.getBoundingClientRect();
    const beside = 24; // a line may begin a little beside the picture
    if (event.clientX < rect.left - beside || event.clientX > rect.right + beside) return;
    if (event.clientY < rect.top - beside || event.clientY > rect.bottom + beside) return;
    event.preventDefault();
    this.#layer.element.focus({ preventScroll: true, focusVisible: false });
    this.#pointer = event.pointerId;
    this.#layer.element.setPointerCapture(event.pointerId);
    const [x, y] = this.#place(event);
    this.#open = this.tool === "b" ? { kind: "b", numbers: [x, y, 0, 0], from: [x, y] } : { kind: this.tool, numbers: [x, y] };
    this.#paint();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer || !this.#open) return;
    event.preventDefault();
    const open = this.#open;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.#extend(open, this.#place(each));
    this.#extend(open, this.#place(event));
    this.#paint();
  }

  #extend(open, [x, y]) {
    if (open.kind === "p") open.numbers = [x, y];
    else if (open.kind === "b") {
      const [left, top] = open.from;
      open.numbers = [Math.min(left, x), Math.min(top, y), Math.abs(x - left), Math.abs(y - top)];
    } else {
      const [lastX, lastY] = open.numbers.slice(-2);
      const far = Math.abs(x - lastX) + Math.abs(y - lastY) >= SMALL / 2;
      if (far && this.#points() + open.numbers.length / 2 < MOST_POINTS) open.numbers.push(x, y);
    }
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = undefined;
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#keep(open);
  }

  #cancel(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = this.#open = undefined;
    this.#paint();
  }

  #keep({ kind, numbers }) {
    // a box without size and a line without length are where somebody touched
    const touched = (kind === "b" && (numbers[2] < SMALL || numbers[3] < SMALL)) || (kind === "s" && numbers.length === 2);
    const shape = touched ? { kind: "p", numbers: numbers.slice(0, 2) } : { kind, numbers };
    this.shapes = [...this.shapes, shape];
    this.#paint(true);
    this.#say(`${described(shape)}.`.replace(/^a/, "A"));
  }

  #points() {
    return this.shapes.reduce((sum, { kind, numbers }) => sum + (kind === "b" ? 2 : numbers.length / 2), 0);
  }

  #full() {
    if (this.shapes.length < MOST_SHAPES && this.#points() < MOST_POINTS - 2) return false;
    this.#say("That is as much as one drawing holds. Send this one and go on in another comment.", true);
    return true;
  }

  /** Arrows move a box (or a point), with Shift they size it, Enter places it, Backspace takes the last mark back. */
  #key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const step = event.ctrlKey || event.metaKey ? STEP / 10 : STEP;
    if (way) this.#push(way[0] * step, way[1] * step, event.shiftKey);
    else if (event.key === "Enter" || event.key === " ") this.#set();
    else if (event.key === "Backspace" || event.key === "Delete") this.undo();
    else if (event.key === "Escape" && this.#open) {
      this.#open = undefined;
      this.#paint();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #push(x, y, size) {
    if (this.#pointer !== undefined || (!this.#open && this.#full())) return;
    const box = this.tool !== "p"; // lines have no keys: a box does instead
    this.#open ??= box ? { kind: "b", numbers: [4000, 4000, 2000, 2000] } : { kind: "p", numbers: [5000, 5000] };
    const numbers = this.#open.numbers;
    const [left, top, width = 0, height = 0] = numbers;
    const within = (at, least, most) => Math.min(most, Math.max(least, at));
    if (size && box) {
      numbers[2] = within(width + x, SMALL, FAR - left);
      numbers[3] = within(height + y, SMALL, FAR - top);
    } else {
      numbers[0] = within(left + x, 0, FAR - width);
      numbers[1] = within(top + y, 0, FAR - height);
    }
    this.#paint();
    this.#say(`${described(this.#open)}, not placed yet.`.replace(/^a/, "A"));
  }

  #set() {
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#keep(open);
    else if (!this.#full()) this.#push(0, 0, false);
  }
}
