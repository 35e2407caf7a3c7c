// Ticks on a gallery's frames: a count in the bar, a range with Shift, all that are on the page with one box.

/** Makes the bar follow the ticks. Without it the bar stands open and its buttons work all the same. */
export function marks(bar, photos) {
  if (!bar) return;
  const picked = bar.querySelector("[data-picked]");
  const all = bar.querySelector("[data-all]");
  let last = null;

  const boxes = () => [...photos.querySelectorAll('[name="photo"]')];

  function count() {
    const ticked = boxes().filter((box) => box.checked).length;
    bar.classList.toggle("is-idle", ticked === 0 && !all.checked);
    picked.textContent = all.checked ? "All selected" : ticked ? `${ticked} selected` : "Tick photographs to mark them";
  }

  photos.addEventListener("click", (event) => {
    const box = event.target.closest('[name="photo"]');
    if (!box) return;
    const list = boxes();
    const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) {
      for (const one of list.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
  });
  photos.addEventListener("change", () => {
    all.checked = false;
    count();
  });
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
  // the list is drawn anew while photographs arrive
  new MutationObserver(count).observe(photos, { childList: true });
  count();
}
