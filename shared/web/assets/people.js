// Clients' own pages: draws the code's cells, and copies guest links.
import { drawCells } from "./_pin.js";

drawCells();

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  const before = word.textContent;
  button.hidden = false;
  word.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      word.textContent = "Copied";
    } catch {
      // not over plain HTTP, and not in every app's browser: then it is marked, ready to be copied by hand
      field.focus();
      field.select();
      word.textContent = "Marked";
    }
    setTimeout(() => (word.textContent = before), 4000);
  });
  field.addEventListener("focus", () => field.select());
}
