// One file of the upload window: what it is called, where it is on its way, what the photographer can do about it.

/** Where a row stands, by state: what needs the photographer first, then what moves, what waits, what is done. */
const LISTS = {
  planned: "waiting", waiting: "waiting", moving: "moving", preparing: "moving", ready: "done",
  choosing: "needs", asks: "needs", rejected: "needs", failed: "needs", unfit: "needs",
};
/** What can be done, by state. */
const ACTS = {
  planned: ["leave"], choosing: ["leave"], unfit: ["leave"], waiting: ["cancel"], moving: ["cancel"], preparing: [], ready: [],
  asks: ["leave", "replace"], rejected: ["leave", "retry"], failed: ["leave", "retry"],
};

export class Row {
  state = "waiting";
  sent = 0;

  constructor(dialog, { file, section, replace, stage }) {
    Object.assign(this, { dialog, file, section, replace, stage });
    this.node = document.querySelector("#upload-row").content.firstElementChild.cloneNode(true);
    this.node.querySelector("b").textContent = file.name;
    this.node.querySelector("[data-do=cancel]").setAttribute("aria-label", `Cancel ${file.name}`);
    this.bar = this.node.querySelector(".prog");
    this.bar.setAttribute("aria-label", file.name);
    this.become("waiting");
  }

  /** Moves to a state; `what` is the sentence beside the name. */
  become(state, what = this.section) {
    this.state = state;
    this.what = what;
    const { node } = this;
    node.querySelector(".up__choices").replaceChildren();
    node.className = `up up--${state}`;
    node.firstElementChild.classList.toggle("mount--empty", LISTS[state] === "needs" && !node.querySelector(".mount img"));
    const sentence = node.querySelector(".up__what");
    sentence.textContent = what;
    sentence.classList.toggle("up__what--bad", state === "rejected" || state === "failed" || state === "unfit");
    sentence.classList.toggle("up__what--ask", state === "asks" || state === "choosing");
    for (const button of node.querySelectorAll("[data-do]")) button.hidden = !ACTS[state].includes(button.dataset.do);
    this.bar.hidden = state !== "moving" && state !== "preparing";
    this.bar.classList.toggle("prog--prep", state === "preparing");
    const words = { waiting: "Queued", preparing: "Processing", ready: this.word ?? "Ready" };
    node.querySelector(".up__state").textContent = words[state] ?? "";
    if (state === "moving") this.progress(this.sent);
    if (state === "preparing") this.bar.firstElementChild.style.setProperty("--p", "100%");
    const list = this.dialog.querySelector(`[data-list=${LISTS[state]}]`);
    if (node.parentElement !== list) list.append(node);
  }

  /** Asks in the row; each answer is a button with its picture. */
  ask(question, answers, then) {
    this.become("choosing", question);
    const buttons = answers.map((answer) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn up__choice" });
      if (answer.thumb) button.append(Object.assign(new Image(), { alt: "", src: answer.thumb }));
      button.append(answer.words);
      button.addEventListener("click", () => then(answer));
      return button;
    });
    const group = this.node.querySelector(".up__choices");
    group.setAttribute("aria-label", `${this.file.name}: ${question}`);
    group.replaceChildren(...buttons);
  }

  progress(bytes) {
    this.sent = Math.min(bytes, this.file.size);
    if (this.state !== "moving") return;
    const percent = Math.floor((this.sent / this.file.size) * 100);
    this.bar.setAttribute("aria-valuenow", percent);
    this.bar.firstElementChild.style.setProperty("--p", `${percent}%`);
    this.node.querySelector(".up__state").textContent = `${percent} %`;
  }

  /** Shows the picture once there is one; a new version's in place of the one before. */
  picture(url) {
    const mount = this.node.firstElementChild;
    if (!url || mount.firstElementChild?.src === url) return;
    const image = new Image();
    image.alt = "";
    image.src = url;
    mount.replaceChildren(image);
    mount.classList.add("is-cover");
    mount.classList.remove("mount--empty");
  }
}
