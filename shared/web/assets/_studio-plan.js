// What a batch would do before any of it travels, and which photograph a file means where that is not clear.
import { ask } from "./_studio-ask.js";

const where = ({ file_name, section }) => (section ? `${file_name} in ${section}` : file_name);

/** Brings the preview to life; `send(rows)` begins uploads, `tell("at once")` brings the window's head up to date. */
export function preview(dialog, rows, { send, tell }) {
  const { uploads } = dialog.dataset;
  const find = (selector) => dialog.querySelector(selector);
  const start = find("[data-start]");
  let turn = 0;

  const planned = () => [...rows].filter(({ state }) => state === "planned");

  /** Asks what the rows that did not begin yet would do, all of them together: two may mean the same photograph. */
  async function plan() {
    const batch = [...rows].filter(({ state }) => state === "planned" || state === "choosing");
    const mine = ++turn;
    const replace = find("#replace").checked;
    for (const row of batch) Object.assign(row, { replace, target: undefined }).become("planned", "Looking at what is here …");
    show();
    if (!batch.length) return;
    start.disabled = true;
    const files = batch.map(({ file: { name, size, type }, section }) => ({ name, section, size, type }));
    const told = await ask("POST", `${uploads}/plan`, { files, replace }).catch((error) => ({ error }));
    if (mine !== turn) return;
    start.disabled = false;
    batch.forEach((row, at) => {
      if (!rows.has(row)) return;
      if (told.error) return row.become("failed", told.error.message);
      is[told.files[at].kind](row, told.files[at]);
    });
    show();
    tell("at once");
  }

  const is = {
    new: (row) => row.become("planned", row.replace ? "New: nothing here has its name" : row.section),
    replaces: (row, { here, photo }) => {
      row.picture(here?.thumb);
      row.target = photo;
      row.become("planned", here ? `Replaces ${where(here)}` : "Replaces the one of that name");
    },
    same: (row, { here }) => {
      row.picture(here?.thumb);
      row.word = "Here already";
      row.become("ready");
    },
    exists: (row) => row.become("asks", "There is one of this name. Replace it, or leave this one out."),
    ambiguous: (row, { candidates = [], reason }) => choose(row, candidates, reason),
    unfit: (row, { reason }) => row.become("unfit", reason),
  };

  /** Asks which photograph a file means, in its row, with their pictures. */
  function choose(row, candidates, reason) {
    const [question, alone] = [
      ["Is it a photograph of its own?", "Add as new"],
      ["Does it replace this one?", "No, add as new"],
    ][candidates.length] ?? ["Which one does it replace?", "None of these, add as new"];
    const answers = candidates.map((photo) => ({ words: where(photo), thumb: photo.thumb, target: photo.id }));
    row.ask(`${reason} ${question}`, [...answers, { words: alone }], ({ words, thumb, target }) => {
      row.picture(thumb);
      Object.assign(row, { target, replace: target !== undefined });
      row.become("planned", target ? `Replaces ${words}` : "New");
      show();
      tell("at once");
      start.focus();
    });
  }

  function show() {
    const list = planned();
    const choosing = [...rows].filter(({ state }) => state === "choosing").length;
    const [replaces, unread] = [list.filter(({ target }) => target).length, [...rows].filter(({ state }) => state === "unfit").length];
    const counts = [[replaces, "replace"], [choosing, "to decide"], [list.length - replaces, "new"], [unread, "unreadable"]];
    const waits = list.length + choosing > 0;
    find("[data-plan]").textContent = waits ? counts.filter(([n]) => n).map(([n, what]) => `${n} ${what}`).join(", ") : "";
    find(".plan").hidden = !waits;
    start.hidden = list.length === 0;
    start.querySelector("span").textContent = list.length === 1 ? "Upload 1 file" : `Upload ${list.length} files`;
  }

  start.addEventListener("click", () => {
    const list = planned();
    const stage = find("#stage").value || undefined;
    for (const row of list) Object.assign(row, { stage }).become("waiting", row.what);
    show();
    send(list);
    tell("at once");
  });
  find("#replace").addEventListener("change", plan);
  return { plan, show };
}
