// What a batch would do before any of it travels, and which photograph a file means where that is not clear.
import { ask } from "./_studio-ask.js";
import { crc32 } from "./_studio-crc.js";

const where = ({ file_name, section }) => (section ? `${file_name} in ${section}` : file_name);

/** Brings the preview to life; `send(rows)` begins uploads, `tell("at once")` brings the window's head up to date. */
export function preview(dialog, rows, { send, tell }) {
  const { uploads } = dialog.dataset;
  const find = (selector) => dialog.querySelector(selector);
  const start = find("[data-start]");
  let turn = 0;
  let looking = 0;

  const planned = () => [...rows].filter(({ state }) => state === "planned");

  /** What began not yet and is not answered. */
  const open = () => [...rows].filter(({ state }) => state === "planned" || state === "choosing");

  /** Asks what these rows would do, all of them together: two may mean the same photograph. */
  async function plan(batch = open()) {
    const replace = find("#replace").checked;
    for (const row of batch) Object.assign(row, { replace, target: undefined, same: false, raises: undefined, word: undefined }).become("planned", "Looking at what is here …");
    show();
    if (!batch.length) return;
    const mine = ++turn;
    looking += 1;
    start.disabled = true;
    const told = await look(batch, replace, () => mine === turn).catch((error) => ({ error }));
    looking -= 1;
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

  /** A file of which as many bytes are here is read, and asked about again: only the same bytes are the same file. */
  async function look(batch, replace, wanted) {
    const stage = find("#stage").value || undefined;
    const asked = () => ask("POST", `${uploads}/plan`, { files: batch.map(({ file: { name, size, type }, section, crc32 }) => ({ name, section, size, type, crc32 })), replace, stage });
    const told = await asked();
    const alike = batch.filter((row, at) => told.files[at].kind === "compare" && rows.has(row));
    for (const row of alike) {
      if (!wanted()) return told;
      row.become("planned", "Comparing with the one that is here …");
      row.crc32 = await crc32(row.file);
    }
    return alike.length ? asked() : told;
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
      Object.assign(row, { same: true, word: "Here already" }).become("ready");
    },
    raises: (row, { here, photo }) => {
      row.picture(here?.thumb);
      const raises = `Marked ${find("#stage").selectedOptions[0].text}`;
      Object.assign(row, { same: true, raises, target: photo }).become("planned", `Here already. ${raises}, and not sent`);
    },
    compare: (row) => row.become("failed", "The file cannot be read any more. Choose it again."),
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
    const marked = list.filter(({ raises }) => raises).length;
    const [replaces, unread] = [list.filter(({ target, raises }) => target && !raises).length, [...rows].filter(({ state }) => state === "unfit").length];
    const counts = [[replaces, "replace"], [choosing, "to decide"], [list.length - replaces - marked, "new"], [marked, "to mark only"], [unread, "unreadable"]];
    const waits = list.length + choosing > 0;
    find("[data-plan]").textContent = waits ? counts.filter(([n]) => n).map(([n, what]) => `${n} ${what}`).join(", ") : "";
    find(".plan").hidden = !waits;
    start.hidden = list.length === 0;
    const sent = list.length - marked;
    const [verb, n] = sent ? ["Upload", sent] : ["Mark", marked];
    start.querySelector("span").textContent = `${verb} ${n} ${n === 1 ? "file" : "files"}`;
  }

  start.addEventListener("click", () => {
    const list = planned();
    const stage = find("#stage").value || undefined;
    for (const row of list) Object.assign(row, { stage, same: false }).become("waiting", row.what);
    show();
    send(list);
    tell("at once");
  });
  find("#replace").addEventListener("change", () => plan());
  // what is here already may only be marked, or not even that
  find("#stage").addEventListener("change", () => plan(looking ? open() : [...rows].filter(({ same }) => same)));
  return { plan, show };
}
