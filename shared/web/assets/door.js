// The door: draws the PIN's cells, and counts a wait down until the next try is allowed.
import { drawCells } from "./_pin.js";

drawCells();

const wait = document.querySelector("[data-wait]");
if (wait) {
  const button = document.querySelector("form .btn");
  const until = performance.now() + Number(wait.dataset.wait) * 1000;
  button.setAttribute("aria-disabled", "true");
  const stop = (event) => event.preventDefault();
  button.form.addEventListener("submit", stop);
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left > 0) {
      wait.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      setTimeout(tick, 250);
    } else {
      wait.closest("p").textContent = "You can try again now.";
      button.removeAttribute("aria-disabled");
      button.form.removeEventListener("submit", stop);
    }
  };
  tick();
}
