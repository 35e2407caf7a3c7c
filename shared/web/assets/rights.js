// The authorization table: a change is saved at once and can be undone; without this script each row has a button.
const saving = new Map();
document.querySelector(".rights-page").addEventListener("change", (event) => {
  const control = event.target;
  if (!control.form?.id.startsWith("f-")) return;
  if (["date", "number"].includes(control.type)) typing(control);
  else save(control.form, control, said(control));
});
document.querySelector(".rights-page").addEventListener("focusout", (event) => typed.get(event.target)?.(true));

const typed = new Map();
/** A date changes with every digit of its year: it is saved when it is left, or stands still and is whole. */
function typing(control) {
  clearTimeout(typed.get(control)?.timer);
  const done = (left) => {
    const halfway = !control.checkValidity() || (control.type === "date" && control.value && control.value < "2000");
    if (halfway && !left) return;
    clearTimeout(done.timer);
    typed.delete(control);
    save(control.form, control, said(control));
  };
  done.timer = setTimeout(done, 1500, false);
  typed.set(control, done);
}

/** What a control's change means, in words for the toast. */
function said(control) {
  if (control.type === "checkbox") return control.checked ? control.dataset.on : control.dataset.off;
  const chosen = control.selectedOptions?.[0];
  return chosen ? `${control.dataset.said}: ${chosen.textContent.toLowerCase()}` : control.dataset.said;
}

/** Sends the row's form. What changes while it is on its way is sent after it. */
async function save(form, control, words, undoing = false) {
  if (!control.checkValidity()) return control.reportValidity();
  const busy = saving.get(form.id);
  if (busy) return (busy.again = { control, words });
  const turn = { again: null };
  saving.set(form.id, turn);
  const before = undoing ? null : was(form);
  const row = document.getElementById(`row-${form.id.slice(2)}`);
  row.classList.add("is-saving");
  let page, status;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    status = answer.status;
    // A session that ended leads to the sign-in page: go there with the whole window.
    if (!page.querySelector(".rights-page")) return location.reload();
  } catch {
    row.classList.remove("is-saving");
    saving.delete(form.id);
    return toast("The line dropped. This was not saved; try again.");
  }
  saving.delete(form.id);
  const problem = page.querySelector("[data-problem]")?.textContent;
  if (turn.again && status === 200) {
    form.elements.seen.value = page.getElementById(form.id)?.elements.seen.value ?? form.elements.seen.value;
    row.classList.remove("is-saving");
    return save(form, turn.again.control, turn.again.words);
  }
  const name = control.name;
  take(page);
  document.querySelector(`[form="${form.id}"][name="${name}"]`)?.focus({ preventScroll: true });
  if (problem) return toast(problem);
  toast(words, before && (() => undo(form.id, before, name)));
}

/** How the row stood when it was last drawn: what undo puts back. */
function was(form) {
  return [...form.elements].filter((control) => control.type !== "hidden").map((control) => {
    if (control.type === "checkbox") return [control.name, control.defaultChecked];
    const drawn = [...(control.options ?? [])].find((option) => option.defaultSelected)?.value;
    return [control.name, control.options ? drawn ?? control.options[0].value : control.defaultValue];
  });
}

function undo(id, before, name) {
  const form = document.getElementById(id);
  for (const [field, value] of before) {
    const control = form?.elements[field];
    if (!control) continue;
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
  }
  if (form) save(form, form.elements[name], "Put back as it was", true);
}

/** Takes rows and warnings from a page that was drawn just now; what is open on a phone stays open. */
function take(page) {
  for (const row of document.querySelectorAll("tr[data-row]")) {
    const drawn = page.getElementById(row.id);
    if (!drawn || saving.has(`f-${row.id.slice(4)}`) || [...typed.keys()].some((control) => row.contains(control))) continue;
    const open = row.querySelector(".rights-open")?.open;
    if (open) drawn.querySelector(".rights-open").open = true;
    const pin = row.querySelector("#pin");
    if (pin && pin.value !== pin.defaultValue) drawn.querySelector("#pin").value = pin.value;
    row.replaceWith(drawn);
  }
  const warnings = page.querySelector("#warnings");
  if (warnings) document.querySelector("#warnings")?.replaceWith(warnings);
}

let shown;
/** Says what happened, with a way back for eight seconds; it stays while it has the focus. */
function toast(words, back) {
  shown?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  const text = document.createElement("span");
  box.append(text);
  document.body.append(box);
  // A live region speaks of what changes in it, not of what it came with.
  text.textContent = words;
  if (back) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Undo";
    button.addEventListener("click", () => { box.remove(); back(); });
    box.append(button);
  }
  shown = box;
  const leave = () => (box.contains(document.activeElement) ? setTimeout(leave, 2000) : box.remove());
  setTimeout(leave, 8000);
}
