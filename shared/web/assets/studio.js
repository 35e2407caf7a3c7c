// What all of the studio's pages share; each works without it.
import { drawCells } from "./_pin.js";
import { ask } from "./_studio-ask.js";

drawCells();
document.addEventListener("click", copy);
showCovers();
// a row of links that is wider than a phone begins at the one that is open
for (const tab of document.querySelectorAll(":is(.tabs, .chips, .s-top nav) > [aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

/** Copies the text of the element a button names, and says so on the button. */
async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  button.dataset.label ??= label.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    label.textContent = "Copied";
  } catch {
    // Plain HTTP on another machine has no clipboard: mark the text, the keys do the rest.
    getSelection().selectAllChildren(source);
    label.textContent = "Marked: copy with the keys";
  }
  setTimeout(() => (label.textContent = button.dataset.label), 4000);
}

/** Fills the covers of the list as they come into view, one small request each. */
function showCovers() {
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      ask("GET", target.dataset.cover).then(({ photos: [first] }) => {
        if (!first?.thumb) return;
        const cover = new Image();
        cover.alt = "";
        cover.src = first.thumb;
        target.replaceChildren(cover);
        target.classList.add("is-cover");
      }, () => {});
    }
  });
  for (const mount of document.querySelectorAll("[data-cover]")) seen.observe(mount);
}
